import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for one back-end's configuration and data. */
export async function makeScratch() {
  const folder = await mkdtemp(join(tmpdir(), 'back-end-'));
  return {
    folder,
    /** @returns where the file is; what is JSON is YAML, too */
    async write(name: string, content: object): Promise<string> {
      const path = join(folder, name);
      await writeFile(path, JSON.stringify(content));
      return path;
    },
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}
