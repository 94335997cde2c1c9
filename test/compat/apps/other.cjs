const { InstrumentationBase, InstrumentationNodeModuleDefinition } = require('@opentelemetry/instrumentation');

/** Patches in the way that other instrumentations of `openai` do. */
class Other extends InstrumentationBase {
  constructor() {
    super('other', '1.0.0', {});
  }

  init() {
    return new InstrumentationNodeModuleDefinition('openai', ['*'], (openai) => {
      this._wrap(openai.OpenAI.Chat.Completions.prototype, 'create', (original) => {
        return function create(...args) {
          return original.apply(this, args);
        };
      });
      return openai;
    });
  }
}

new Other();
