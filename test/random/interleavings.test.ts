import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { holds } from '../support/property.js';
import { majors, sdk } from '../support/sdk.js';
import { type Span, Telemetry } from '../support/telemetry.js';
import { runs } from './runs.js';

const telemetry = new Telemetry();
for (const major of majors) telemetry.instrumentation.manuallyInstrument(sdk(major).OpenAI);
beforeEach(() => telemetry.reset());

/** What an application may do with a stream it has. */
type Step = 'next' | 'return' | 'throw' | 'abort' | 'rest' | 'tee' | 'cancel' | 'drop';

interface Program {
  major: number;
  chunks: number;
  /** How the body ends after its chunks. */
  ending: 'done' | 'error event' | 'broken';
  steps: Step[];
}

const program: fc.Arbitrary<Program> = fc.record({
  major: fc.constantFrom(...majors),
  chunks: fc.nat({ max: 4 }),
  ending: fc.constantFrom('done', 'done', 'error event', 'broken'),
  steps: fc.array(
    fc.constantFrom<Step>('next', 'next', 'next', 'return', 'throw', 'abort', 'rest', 'tee', 'cancel', 'drop'),
    { maxLength: 7 },
  ),
});

interface Outcome {
  ends: readonly string[];
  /** Not known where a `ReadableStream` reads ahead. */
  chunks: number | undefined;
}

/** What the span must say: the first thing that ends a stream is what ended it. */
function oracle({ chunks, ending, steps }: Program): Outcome {
  const atItsEnd = ending === 'done' ? 'completed' : 'failed';
  let read = 0;
  for (const step of steps) {
    switch (step) {
      case 'next':
        if (read === chunks) return { ends: [atItsEnd], chunks };
        read++;
        break;
      case 'rest':
        return { ends: [atItsEnd], chunks };
      case 'return':
      case 'throw':
        return { ends: ['cancelled'], chunks: read };
      case 'abort':
        return { ends: ['aborted'], chunks: read };
      case 'drop':
        return { ends: ['abandoned'], chunks: read };
      // Both make an iterator of their own: of a stream that is being read already the SDK gives them none.
      case 'tee':
        if (read === 0) return { ends: [atItsEnd], chunks };
        break;
      case 'cancel':
        if (read === 0) return { ends: ['cancelled', atItsEnd], chunks: undefined };
        break;
    }
  }
  return { ends: ['abandoned'], chunks: read };
}

/** The real SDK, served from here. */
async function open({ major, chunks, ending }: Program, id: string) {
  const { OpenAI } = sdk(major);
  const events = Array.from({ length: chunks }, (_, n) => JSON.stringify({ id, choices: [{ index: n, delta: {} }] }));
  if (ending === 'error event') events.push(JSON.stringify({ error: { message: 'broke', type: 'server_error' } }));
  if (ending === 'done') events.push('[DONE]');
  const fetch = async (_: unknown, init?: { signal?: AbortSignal | null }) => {
    const left = [...events];
    const body = new ReadableStream({
      start(controller) {
        init?.signal?.addEventListener('abort', () => controller.error(new DOMException('Aborted', 'AbortError')));
      },
      pull(controller) {
        const event = left.shift();
        if (event !== undefined) controller.enqueue(new TextEncoder().encode(`data: ${event}\n\n`));
        else if (ending === 'broken') controller.error(new TypeError('terminated'));
        else controller.close();
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  };
  const openai = new OpenAI({ apiKey: 'sk-test', maxRetries: 0, fetch: fetch as never });
  return openai.chat.completions.create({ model: id, messages: [], stream: true });
}

const ignore = () => {};

/** Carries a program out, a step whenever it is its turn. */
async function run(it: Program, id: string, turn: () => Promise<unknown>): Promise<void> {
  await turn();
  const stream = await open(it, id);
  let iterator: AsyncIterator<unknown> | undefined;
  const reading = () => {
    iterator ??= stream[Symbol.asyncIterator]();
    return iterator;
  };
  const acts: Record<Step, () => unknown> = {
    next: () => reading().next(),
    return: () => reading().return?.(),
    throw: () => reading().throw?.(new RangeError('mine')),
    abort: () => stream.controller.abort(),
    async rest() {
      while (!(await reading().next()).done);
    },
    async tee() {
      if (iterator) return;
      await Promise.all(
        stream.tee().map(async (half) => {
          for await (const _ of half) await turn();
        }),
      );
    },
    async cancel() {
      if (iterator) return;
      const reader = stream.toReadableStream().getReader();
      await reader.read();
      await turn();
      await reader.cancel();
    },
    drop: ignore,
  };
  for (const step of it.steps) {
    await turn();
    await Promise.resolve().then(acts[step]).catch(ignore);
    const isOver = step === 'drop' || ((step === 'tee' || step === 'cancel') && !iterator);
    if (isOver) return;
  }
}

async function together(programs: readonly Program[], turn: () => Promise<unknown>): Promise<void> {
  await Promise.all(programs.map((each, n) => run(each, `stream-${n}`, turn)));
}

function check(programs: readonly Program[]): void {
  // Ends what was let go of: garbage collection would, at a time of its own.
  telemetry.instrumentation.disable();
  telemetry.instrumentation.enable();
  const spans = telemetry.spans();
  const byName = new Map(spans.map((span) => [span.name, span]));
  expect(spans.length).toBe(programs.length);
  programs.forEach((each, n) => {
    const { ends, chunks } = oracle(each);
    const told = outcomeOf(byName.get(`chat stream-${n}`));
    expect(ends).toContain(told.end);
    if (chunks !== undefined) expect(told.chunks).toBe(chunks);
    expect(told.failed).toBe(told.end === 'failed');
  });
  expect(telemetry.said('error')).toEqual([]);
}

function outcomeOf(span: Span | undefined) {
  return {
    end: span?.attributes['llm.stream.end_reason'],
    chunks: span?.attributes['llm.stream.chunk_count'],
    failed: span?.status.code === 2,
  };
}

it('says of each of many streams, read in any order and left in any way, how it ended', async () => {
  const programs = fc.array(program, { minLength: 1, maxLength: 12 });
  await holds('interleaved streams', runs(60), [programs, fc.scheduler()], async (all, scheduler) => {
    const done = together(all, () => scheduler.schedule(Promise.resolve()));
    await scheduler.waitFor(done);
    check(all);
  });
});
