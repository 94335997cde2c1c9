import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

const documents = readdirSync(new URL('docs', ROOT)).filter((name) => name.endsWith('.md'));
/** The pages that are in the published package. Other files of the repository are named there, but not linked. */
const PUBLISHED = ['README.md', 'CHANGELOG.md', ...documents.map((name) => `docs/${name}`)];

/** The anchors of a page, made of its headings as GitHub does. */
function anchorsOf(page: string): string[] {
  const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

it.each(PUBLISHED)('%s: each link leads to a page of the package, and to a heading there', (path) => {
  const prose = read(path).replace(/^```.*?^```$/gms, '');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  for (const link of links.filter((link) => !/^https?:/.test(link))) {
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? path : posix.join(posix.dirname(path), file);
    expect(PUBLISHED, `${link} in ${path}`).toContain(target);
    if (anchor !== undefined) expect(anchorsOf(read(target)), `${link} in ${path}`).toContain(anchor);
  }
});
