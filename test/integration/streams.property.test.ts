import type { Attributes } from '@opentelemetry/api';
import fc from 'fast-check';
import OpenAI from 'openai';
import { beforeEach, describe, expect, it } from 'vitest';
import { bodyOf, type Completion, chunksOf, completion, cuts, dice, sseBytes } from '../support/chat-arbitraries.js';
import { holds } from '../support/property.js';
import { type Span, Telemetry } from '../support/telemetry.js';

const telemetry = new Telemetry();
telemetry.instrumentation.manuallyInstrument(OpenAI);
beforeEach(() => telemetry.reset());

const hello = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'Hello' }] };

/** What only streams have. */
const PACE =
  /^(llm\.streaming|gen_ai\.request\.stream|llm\.stream\..*|gen_ai\.response\.time_to_first_chunk|server\..*)$/;

/** The real SDK, served from here: a custom `fetch` is spared the sockets, of which there would be thousands. */
function client(body: string | Uint8Array[]): OpenAI {
  const streaming = Array.isArray(body);
  const headers = { 'content-type': streaming ? 'text/event-stream' : 'application/json' };
  const fetch = async () => new Response(streaming ? streamOf(body) : body, { headers });
  return new OpenAI({ apiKey: 'sk-test', maxRetries: 0, logLevel: 'off', fetch });
}

function streamOf(pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  const left = [...pieces];
  return new ReadableStream({
    pull(controller) {
      const piece = left.shift();
      if (piece) controller.enqueue(piece);
      else controller.close();
    },
  });
}

/** All that the application gets to see of a stream. */
async function read(pieces: Uint8Array[]) {
  const items: unknown[] = [];
  try {
    for await (const item of await client(pieces).chat.completions.create({ ...hello, stream: true })) items.push(item);
  } catch (error) {
    return { items, error: String(error) };
  }
  return { items, error: undefined };
}

/** What a span says of the answer. */
function told(span: Span) {
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(span.attributes)) if (!PACE.test(name)) attributes[name] = value;
  return { attributes, status: span.status, events: span.events.map((event) => [event.name, event.attributes]) };
}

const capture = fc.constantFrom('none' as const, 'span' as const);
const limit = fc.constantFrom(0, 1, 2, 5, 10, 65, 300, 600, 8192);

async function bothWays(
  complete: Completion,
  numbers: number[],
  config: Parameters<typeof telemetry.instrumentation.setConfig>[0],
) {
  telemetry.instrumentation.setConfig({ ...config, inspectStreams: true });
  await client(JSON.stringify(bodyOf(complete))).chat.completions.create(hello);
  const whole = told(telemetry.span());

  const roll = dice(numbers);
  const chunks = chunksOf(complete, roll);
  const seen = await read(sseBytes(chunks, roll));
  const span = telemetry.span();

  expect(seen).toEqual({ items: JSON.parse(JSON.stringify(chunks)), error: undefined });
  expect(span.attributes['llm.stream.chunk_count']).toBe(chunks.length);
  expect(told(span)).toEqual(whole);
  expect(telemetry.said('error')).toEqual([]);
}

describe('an inspected stream', () => {
  it('says what the same answer without streaming says', async () => {
    await holds(
      'streams told like answers',
      200,
      [completion, cuts, capture, limit],
      (complete, numbers, captureMessageContent, maxContentLength) =>
        bothWays(complete, numbers, { captureMessageContent, maxContentLength }),
    );
  });

  it('is passed on untouched whatever is in it, and never disturbs', async () => {
    const corruption = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.jsonValue({ maxDepth: 2 })), { maxLength: 6 });
    await holds(
      'corrupted streams',
      200,
      [completion, cuts, corruption, limit],
      async (complete, numbers, corruptions, maxContentLength) => {
        const roll = dice(numbers);
        const chunks = chunksOf(complete, roll);
        for (const [where, depth, value] of corruptions) corrupt(chunks, where, depth % 6, value);
        const pieces = sseBytes(chunks, roll);

        telemetry.instrumentation.setConfig({ ignoreRequestHook: () => true });
        const bare = await read(pieces);
        telemetry.instrumentation.setConfig({
          inspectStreams: true,
          captureMessageContent: 'span_and_event',
          maxContentLength,
        });
        const traced = await read(pieces);

        expect(traced).toEqual(bare);
        const span = telemetry.span();
        const end = span.attributes['llm.stream.end_reason'];
        expect(end).toBe(bare.error === undefined ? 'completed' : 'failed');
        for (const name of ['gen_ai.input.messages', 'gen_ai.output.messages']) {
          expect(() => JSON.parse(String(span.attributes[name] ?? '[]'))).not.toThrow();
        }
        expect(telemetry.said('error')).toEqual([]);
        telemetry.logs();
      },
    );
  });
});

/** Puts a value somewhere in a tree, some levels deep. */
function corrupt(tree: unknown, where: number, depth: number, value: unknown): void {
  if (typeof tree !== 'object' || tree === null) return;
  const fields = tree as Record<string, unknown>;
  const keys = Object.keys(fields);
  const key = keys[where % keys.length];
  if (key === undefined) return;
  if (depth === 0) fields[key] = value;
  else corrupt(fields[key], where, depth - 1, value);
}
