import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { APPLICATIONS, THOROUGH } from './groups.js';

const LONGEST = [...THOROUGH, ...APPLICATIONS];

/**
 * Starts what takes longest first, so that no worker is left with it when the others are done. The files that share processes
 * follow each other, because Vitest ends such a process when the next file is of another project.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification) => {
      const at = LONGEST.findIndex((path) => moduleId.endsWith(path));
      return at >= 0 ? at : LONGEST.length + Number(project.name !== 'shared');
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
