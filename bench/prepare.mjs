import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** Installs what the benchmark compares with, on first use, and builds and stages what it measures. */
export async function prepare() {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const root = fileURLToPath(new URL('..', import.meta.url));
  if (!existsSync(new URL('node_modules', import.meta.url))) {
    execFileSync(npm, ['ci', '--no-audit', '--no-fund'], { cwd: here, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  execFileSync(npm, ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const { stageOurs } = await import('./modules.mjs');
  stageOurs();
}
