import { InstrumentationBase, InstrumentationNodeModuleDefinition } from '@opentelemetry/instrumentation';

/** An instrumentation of somebody else's, for an ES module that exports `work`. */
export class OtherInstrumentation extends InstrumentationBase {
  /** @param {string} module */
  constructor(module) {
    super('other-instrumentation', '1.0.0', { module });
  }

  init() {
    const patch = (/** @type {{ work: () => string }} */ exports) => {
      const { work } = exports;
      exports.work = () =>
        this.tracer.startActiveSpan('work', (span) => {
          span.end();
          return work();
        });
      return exports;
    };
    const { module } = /** @type {{ module: string }} */ (this.getConfig());
    return [new InstrumentationNodeModuleDefinition(module, ['*'], patch)];
  }
}
