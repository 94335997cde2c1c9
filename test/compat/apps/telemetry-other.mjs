import './telemetry.mjs';
import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
  registerInstrumentations,
} from '@opentelemetry/instrumentation';

/** An instrumentation of somebody else's, for an ES module. */
class OtherInstrumentation extends InstrumentationBase {
  constructor() {
    super('other-instrumentation', '1.0.0', {});
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
    return [new InstrumentationNodeModuleDefinition('other-sdk', ['*'], patch)];
  }
}

registerInstrumentations({ instrumentations: [new OtherInstrumentation()] });
