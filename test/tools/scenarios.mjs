/**
 * Ways to have tools run, each with what an application can see of it. What it says decides what the pretend model asks
 * for: a tool is called if the question contains a word of its name.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';

/** @typedef {Record<string, any>} Loose What is given to the SDK on purpose is not always what its types allow. */
/** @typedef {{ chat: Loose, makeParseableTool: (tool: object, how: object) => object }} Sdk */

const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const PARIS = 'What is the weather in Paris?';

/** @type {Record<string, (sdk: Sdk) => Promise<unknown>>} */
export const scenarios = {
  'an async tool that parses': ({ chat }) => run(chat, [weather({ parse: JSON.parse, function: slowly(forecast) })]),

  'raw text, at once': ({ chat }) => run(chat, [weather({ function: (/** @type {string} */ json) => ({ json }) })]),

  'a stream': ({ chat }) => run(chat, [weather({ parse: JSON.parse, function: forecast })], PARIS, { stream: true }),

  'returns nothing': ({ chat }) => run(chat, [weather({ function() {} })]),

  'two tools at once': ({ chat }) =>
    run(chat, [weather({ function: slowly(forecast) }), clock({ function: () => '12:00' })], `${PARIS} And the time?`),

  'two tools at once, one of which throws': ({ chat }) =>
    run(
      chat,
      [
        weather({ function: slowly(forecast) }),
        clock({
          function() {
            throw new RangeError('no clock here');
          },
        }),
      ],
      `${PARIS} And the time?`,
    ),

  'one tool twice, the first with arguments that do not parse': ({ chat }) => {
    const parse = (/** @type {string} */ json) => {
      if (json.includes('Paris')) throw new Error('Paris is too far');
      return JSON.parse(json);
    };
    return run(chat, [weather({ parse, function: forecast })], 'What is the weather in Paris and in Rome, each?');
  },

  'rejects with what is no error': ({ chat }) =>
    run(chat, [weather({ function: () => Promise.reject('just a text') })]),

  'known by the name of its function': ({ chat }) => {
    const get_weather = (/** @type {unknown[]} */ ...args) => args.length;
    return run(chat, [{ type: 'function', function: { function: get_weather, parameters } }]);
  },

  'branded by a schema helper': ({ chat, makeParseableTool }) => {
    const tool = { type: 'function', function: { name: 'get_weather', parameters, strict: true } };
    return run(chat, [makeParseableTool(tool, { parser: JSON.parse, callback: slowly(forecast) })]);
  },

  'looks at itself': async ({ chat }) => {
    /** @type {unknown[]} */
    const seen = [];
    const described = weather({
      /** @this {unknown} */
      parse(/** @type {string} */ json) {
        seen.push(this === described.function);
        return JSON.parse(json);
      },
      /** @this {Loose} */
      function(/** @type {unknown} */ given, /** @type {Loose} */ runner) {
        const { name, length } = this.function;
        const listed = runner.messages.length;
        seen.push(this === described.function, name, length, String(this.function).length, given, listed);
        return 'seen';
      },
    });
    return { run: await run(chat, [described]), seen };
  },

  'classes with private fields': async ({ chat }) => {
    class Counter {
      #calls = 0;
      name = 'get_weather';
      parameters = parameters;
      parse(/** @type {string} */ json) {
        this.#calls++;
        return JSON.parse(json);
      }
      get function() {
        return this.answer;
      }
      answer() {
        return `call ${this.#calls}`;
      }
    }
    return run(chat, [{ type: 'function', function: new Counter() }]);
  },

  'frozen all over': ({ chat }) =>
    run(chat, deepFreeze([weather({ parse: JSON.parse, function: forecast })]), PARIS, {}, deepFreeze),

  'properties that notice each reading': async ({ chat }) => {
    /** @type {string[]} */
    const readings = [];
    const tools = [weather({ parse: JSON.parse, function: forecast })].map((tool) => noticed(tool, 'tool', readings));
    const answer = await run(chat, tools, PARIS, {}, (body) => noticed(body, 'body', readings));
    return { answer, readings };
  },

  'parameters with inherited properties': ({ chat }) =>
    run(chat, [weather({ function: forecast })], PARIS, {}, ({ messages, ...own }) =>
      Object.assign(Object.create({ messages }), own),
    ),

  'a thenable that works only when asked, each time': async ({ chat }) => {
    let asked = 0;
    const query = {
      // biome-ignore lint/suspicious/noThenProperty: query builders are such objects.
      then(/** @type {(rows: string) => void} */ resolve) {
        asked++;
        trace.getTracer('database').startSpan('SELECT').end();
        resolve('1 row');
      },
    };
    return { answer: await run(chat, [weather({ function: () => query })]), asked };
  },

  'work of its own inside': ({ chat }) => {
    const tracer = trace.getTracer('database');
    const lookUp = () =>
      tracer.startActiveSpan('SELECT', async (span) => {
        await wait(1);
        span.end();
        return 'sunny';
      });
    return run(chat, [weather({ function: lookUp })]);
  },

  'a tool of another type beside it': ({ chat }) => {
    const custom = { type: 'custom', custom: { name: 'paint' } };
    return run(chat, [weather({ function: forecast }), custom]);
  },

  'a tool without a function': ({ chat }) =>
    run(chat, [{ type: 'function', function: { name: 'get_weather', parameters } }]),

  'tools that are no list': ({ chat }) => run(chat, /** @type {any} */ ({ length: 1 })),

  'no tools at all': ({ chat }) => run(chat, undefined),

  'a list with nothing in it': ({ chat }) => run(chat, [null]),

  'an abort while a tool runs': ({ chat }) =>
    run(chat, [
      weather({
        async function(/** @type {unknown} */ _, /** @type {Loose} */ runner) {
          runner.abort();
          await wait(1);
          return 'too late';
        },
      }),
    ]),

  'functions, as before there were tools': async ({ chat }) => {
    if (!chat.runFunctions) return 'not in this version';
    const functions = [{ name: 'get_weather', parameters, parse: JSON.parse, function: slowly(forecast) }];
    return outcome(chat.runFunctions({ model: 'gpt-4.1-mini', messages: [user(PARIS)], functions }));
  },
};

/** @param {Loose} fn */
function weather(fn) {
  return { type: 'function', function: { name: 'get_weather', parameters: structuredClone(parameters), ...fn } };
}

/** @param {Loose} fn */
function clock(fn) {
  return { type: 'function', function: { name: 'get_time', parameters: { type: 'object', properties: {} }, ...fn } };
}

/** @param {unknown} place JSON or made of it */
function forecast(place) {
  const { city } = typeof place === 'string' ? JSON.parse(place) : /** @type {Loose} */ (place);
  return `${city}: 21 °C`;
}

/**
 * @template A
 * @template R
 * @param {(arg: A) => R} work
 */
function slowly(work) {
  return async (/** @type {A} */ arg) => {
    await wait(5);
    return work(arg);
  };
}

/** @param {string} content */
function user(content) {
  return { role: 'user', content };
}

/**
 * @param {Loose} chat
 * @param {unknown} tools
 * @param {Loose} [more]
 * @param {(body: Loose) => Loose} [dress] last touches to the parameters
 */
async function run(chat, tools, question = PARIS, more = {}, dress = (body) => body) {
  const body = {
    model: 'gpt-4.1-mini',
    messages: [user(question)],
    ...(tools === undefined ? {} : { tools }),
    ...more,
  };
  return outcome(chat.runTools(dress(body)));
}

/**
 * All that a runner tells.
 *
 * @param {Loose} runner
 */
async function outcome(runner) {
  /** @type {string[]} */
  const events = [];
  for (const event of [
    'connect',
    'message',
    'functionCall',
    'functionCallResult',
    'functionToolCall',
    'functionToolCallResult',
    'error',
    'abort',
    'end',
  ]) {
    runner.on(event, (/** @type {unknown} */ value) =>
      events.push(`${event} ${value instanceof Error ? value : JSON.stringify(value)}`),
    );
  }
  const final = await runner.finalContent().catch(String);
  return { final, events, messages: runner.messages, own: Object.getOwnPropertyNames(runner) };
}

/**
 * @template T
 * @param {T} value
 * @returns {T}
 */
function deepFreeze(value) {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}

/**
 * The same, all the way down, with every reading of a property listed.
 *
 * @template {object} T
 * @param {T} target
 * @param {string} path
 * @param {string[]} readings
 * @returns {T}
 */
function noticed(target, path, readings) {
  return new Proxy(target, {
    get(_, key) {
      const value = Reflect.get(target, key);
      readings.push(`get ${path}.${String(key)}`);
      return typeof value === 'object' && value !== null && !Array.isArray(value)
        ? noticed(value, `${path}.${String(key)}`, readings)
        : value;
    },
    ownKeys() {
      readings.push(`keys ${path}`);
      return Reflect.ownKeys(target);
    },
  });
}
