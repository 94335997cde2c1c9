import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { APPLICATIONS } from './groups.js';

/** Starts what takes longest first, so that no worker is left with it when the others are done. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = APPLICATIONS.findIndex((path) => moduleId.endsWith(path));
      return at < 0 ? APPLICATIONS.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
