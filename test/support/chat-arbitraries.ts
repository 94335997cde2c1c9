import fc from 'fast-check';

/** One choice of a chat completion, in the shape of its message. */
interface Answer {
  message: Record<string, unknown>;
  finish_reason: string | null;
}

export interface Completion {
  head: Record<string, unknown>;
  answers: Answer[];
  usage: Record<string, unknown> | undefined;
}

/** Letters, astral characters, halves of them, quotes and line breaks. */
const character = fc.constantFrom('a', 'b', ' ', '"', '\\', '\n', '{', '}', 'é', '漢', '😀', '\ud83d', '\u2028', '\0');
export const said = fc.oneof(
  fc.array(character, { maxLength: 40 }).map((all) => all.join('')),
  fc.constantFrom('data:image/png;base64,QUJD and so on', 'A'.repeat(700), 'word '.repeat(60)),
);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const args = fc.oneof(said, fc.json({ maxDepth: 3 }), fc.constant('{"__proto__":{"a":1},"id":12345678901234567890}'));

const functionCall = fc.record({ name: fc.constantFrom('get_weather', 'f'), arguments: args });
const toolCall = fc.oneof(
  fc.record({ id: fc.uuid(), type: fc.constant('function'), function: functionCall }),
  fc.record({
    id: fc.uuid(),
    type: fc.constant('custom'),
    custom: fc.record({ name: fc.constant('python'), input: said }),
  }),
);

const answer: fc.Arbitrary<Answer> = fc.record({
  message: fc
    .record({
      role: fc.constant('assistant'),
      content: fc.option(said),
      refusal: fc.option(said, { freq: 1 }),
      reasoning_content: optional(said),
      tool_calls: optional(fc.array(toolCall, { minLength: 1, maxLength: 3 })),
      function_call: fc.option(functionCall, { nil: undefined, freq: 6 }),
      audio: fc.option(fc.record({ transcript: said.filter((text) => text !== '') }), { nil: undefined, freq: 6 }),
    })
    .map((message) => JSON.parse(JSON.stringify(message))),
  finish_reason: fc.option(fc.constantFrom('stop', 'length', 'tool_calls', 'content_filter'), { freq: 9 }),
});

const tokens = fc.nat({ max: 100_000 });

export const completion: fc.Arbitrary<Completion> = fc.record({
  head: fc.record(
    {
      id: fc.uuid(),
      model: fc.constantFrom('gpt-4o-2024-08-06', 'o3'),
      service_tier: fc.constantFrom('default', 'flex'),
      system_fingerprint: fc.constant('fp_1'),
    },
    { requiredKeys: [] },
  ),
  answers: fc.array(answer, { minLength: 1, maxLength: 3 }),
  usage: optional(
    fc.record({
      prompt_tokens: tokens,
      completion_tokens: tokens,
      prompt_tokens_details: fc.record({ cached_tokens: tokens, audio_tokens: tokens }),
      completion_tokens_details: fc.record({ reasoning_tokens: tokens }),
    }),
  ),
});

/** The body of a completion without streaming. */
export function bodyOf({ head, answers, usage }: Completion): Record<string, unknown> {
  return { ...head, object: 'chat.completion', choices: answers.map((it, index) => ({ index, ...it })), usage };
}

/** Numbers that decide how a stream is cut up: the same ones always in the same way. */
export const cuts = fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 50 });

/** Goes around in a list of numbers. */
export function dice(numbers: readonly number[]): (sides: number) => number {
  let at = 0;
  return (sides) => (numbers[at++ % numbers.length] ?? 0) % sides;
}

/** The chunks of a completion: texts in pieces, choices and tool calls in between each other. */
export function chunksOf({ head, answers, usage }: Completion, roll: (sides: number) => number): unknown[] {
  const chunk = { ...head, object: 'chat.completion.chunk' };
  const queues = answers.map((it, index) => deltasOf(it, roll).map((delta) => ({ index, ...delta })));
  const chunks: unknown[] = [];
  while (queues.some((queue) => queue.length > 0)) {
    const open = queues.filter((queue) => queue.length > 0);
    const [first, second] = [open[roll(open.length)], open[roll(open.length)]];
    // Now and then two choices in one chunk.
    const choices = [first?.shift(), second !== first && roll(4) === 0 ? second?.shift() : undefined];
    chunks.push({ ...chunk, choices: choices.filter((choice) => choice !== undefined) });
  }
  return usage ? [...chunks, { ...chunk, choices: [], usage }] : chunks;
}

function deltasOf({ message, finish_reason }: Answer, roll: (sides: number) => number): Record<string, unknown>[] {
  const { role, tool_calls = [], function_call, audio, ...texts } = message;
  const pieces = (text: string) => inPieces(text, roll);
  const said = Object.entries(texts).flatMap(([name, text]) => {
    const values = typeof text === 'string' ? pieces(text) : [null];
    return values.map((value): Record<string, unknown> => ({ [name]: value }));
  });
  const spoken = audio ? pieces(fields(audio).transcript ?? '').map((transcript) => ({ audio: { transcript } })) : [];
  const legacy = function_call ? callDeltas(fields(function_call), 'arguments', pieces) : [];
  const calls = (tool_calls as Record<string, unknown>[]).map((call, index) => {
    const kind = call.type === 'custom' ? 'custom' : 'function';
    const { [kind]: called, ...named } = call;
    return callDeltas(fields(called), kind === 'custom' ? 'input' : 'arguments', pieces).map((delta, at) => ({
      tool_calls: [{ index, ...(at === 0 ? named : {}), [kind]: delta }],
    }));
  });
  const deltas = [
    { role },
    ...said,
    ...spoken,
    ...legacy.map((delta) => ({ function_call: delta })),
    ...calls.flat(),
  ].map((delta) => ({ delta, finish_reason: null as string | null }));
  return [...deltas, { delta: {}, finish_reason }];
}

function callDeltas(called: Record<string, string>, field: string, pieces: (text: string) => string[]) {
  return [{ name: called.name, [field]: '' }, ...pieces(called[field] ?? '').map((piece) => ({ [field]: piece }))];
}

function fields(value: unknown): Record<string, string> {
  return value as Record<string, string>;
}

/** Also between the halves of a character, and empty ones. */
function inPieces(text: string, roll: (sides: number) => number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    if (roll(8) === 0) pieces.push('');
    const length = 1 + roll(text.length > 100 ? 200 : 6);
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}

/** Server-sent events, as bytes that arrive in pieces cut anywhere. */
export function sseBytes(chunks: readonly unknown[], roll: (sides: number) => number): Uint8Array[] {
  const events = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('');
  const bytes = new TextEncoder().encode(`${events}data: [DONE]\n\n`);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = 16 + roll(800);
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}
