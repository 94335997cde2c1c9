import { type Context, createContextKey, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MovedContext } from '../../src/agents/moved-context.js';
import { ATTRIBUTES, RUN_SPAN } from '../../src/context-keys.js';
import { OpenContext } from '../../src/telemetry/open-context.js';
import { holds } from '../support/property.js';

const ENTRY = createContextKey('entry');
const OTHER = createContextKey('other');
const KEYS = [ENTRY, OTHER, ATTRIBUTES, RUN_SPAN];

/** More contexts in each other than the stack has room for. */
const DEPTH = 50_000;

function spanOf(id: number): Span {
  const spanId = id.toString(16).padStart(16, '0');
  return trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId, traceFlags: 1 });
}

/** What a context says, looked up in the simplest way. */
type Model = (key: symbol | 'span') => unknown;

interface Made {
  readonly context: Context;
  readonly model: Model;
  readonly close?: () => void;
}

function opened(parent: Made, id: number): Made {
  const context = new OpenContext(parent.context, spanOf(id), { key: ENTRY, value: id });
  let open = true;
  const model: Model = (key) => {
    if (key === 'span') return spanOf(id).spanContext().spanId;
    return key === ENTRY && open ? id : parent.model(key);
  };
  const close = () => {
    open = false;
    context.close();
  };
  return { context, model, close };
}

function set(parent: Made, name: symbol, value: unknown): Made {
  const context = value === undefined ? parent.context.deleteValue(name) : parent.context.setValue(name, value);
  return { context, model: (key) => (key === name ? value : parent.model(key)) };
}

function moved(place: Made, others: Made): Made {
  const isPlace = (key: unknown) => key === 'span' || key === ATTRIBUTES || key === RUN_SPAN;
  return {
    context: new MovedContext(place.context, others.context),
    model: (key) => (isPlace(key) ? place : others).model(key),
  };
}

const root: Made = { context: ROOT_CONTEXT, model: () => undefined };

describe('the context of an open span', () => {
  it('says what a context with copies of all values says, in whatever order contexts are made and spans end', async () => {
    const step = fc.record({
      kind: fc.constantFrom('open', 'open', 'close', 'set', 'move'),
      at: fc.nat(),
      other: fc.nat(),
      key: fc.constantFrom(...KEYS),
      value: fc.option(fc.nat(9), { nil: undefined }),
    });
    await holds('contexts of open spans', 2_000, [fc.array(step, { minLength: 5, maxLength: 40 })], (steps) => {
      const made = [root];
      for (const [id, { kind, at, other, key, value }] of steps.entries()) {
        const one = made[at % made.length] ?? root;
        if (kind === 'close') one.close?.();
        else if (kind === 'open') made.push(opened(one, id + 1));
        else if (kind === 'set') made.push(set(one, key, value));
        else made.push(moved(one, made[other % made.length] ?? root));
      }
      for (const { context, model } of made) {
        expect(KEYS.map((each) => context.getValue(each))).toEqual(KEYS.map(model));
        expect(trace.getSpanContext(context)?.spanId).toBe(model('span'));
      }
    });
  });

  it.each([
    ['ended before the next began', (at: Context) => at, 0],
    ['ended after the next began', (at: Context) => at, 1],
    ['has a new value each time', (at: Context) => at.setValue(OTHER, 'new'), 1],
    ['is moved each time', (at: Context) => new MovedContext(at, at), 1],
  ])('is no deeper for all the spans whose work began it, if each %s', (_, within, delay) => {
    let at = ROOT_CONTEXT.setValue(OTHER, 'first');
    const open: OpenContext[] = [];
    for (let id = 0; id < DEPTH; id++) {
      const context = new OpenContext(within(at), spanOf(id), { key: ENTRY, value: id });
      open.push(context);
      if (open.length > delay) open.shift()?.close();
      at = context;
    }
    for (const context of open) context.close();
    expect(at.getValue(ENTRY)).toBeUndefined();
    expect(['first', 'new']).toContain(at.getValue(OTHER));
  });

  it.each([undefined, null, 'ids', {}])('gives a span, too, if the ids of an ended one are %j', (ids) => {
    const span = { ...spanOf(1), spanContext: () => ids } as unknown as Span;
    const context = new OpenContext(ROOT_CONTEXT, span, undefined);
    expect(trace.getSpan(context)).toBe(span);
    context.close();
    expect(trace.getSpan(context)?.isRecording()).toBe(false);
  });
});
