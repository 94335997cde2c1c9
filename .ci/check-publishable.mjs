/** Refuses to publish while the owner of the repository in package.json is a placeholder. */
import { readFileSync } from 'node:fs';

const PLACEHOLDER = 'OWNER';
const { repository, homepage, bugs } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const undecided = Object.entries({ repository: repository.url, homepage, bugs }).filter(([, url]) =>
  url.includes(`/${PLACEHOLDER}/`),
);
for (const [field, url] of undecided) console.error(`package.json: ${field} is still a placeholder: ${url}`);
process.exitCode = undecided.length > 0 ? 1 : 0;
