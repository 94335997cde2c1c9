import { context, ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { describe, expect, it, vi } from 'vitest';
import {
  ContextAttributesSpanProcessor,
  contextAttributes,
  setContextAttributes,
  withAttributes,
} from '../src/context.js';

describe('setContextAttributes', () => {
  it('adds to what is there, the later ones winning, and changes no context', () => {
    const outer = setContextAttributes(ROOT_CONTEXT, { a: 1, b: 1 });
    const inner = setContextAttributes(outer, { b: 2 });
    expect(contextAttributes(inner)).toEqual({ a: 1, b: 2 });
    expect(contextAttributes(outer)).toEqual({ a: 1, b: 1 });
    expect(contextAttributes(ROOT_CONTEXT)).toBeUndefined();
  });
});

describe('withAttributes', () => {
  it('runs the function even where no OpenTelemetry SDK keeps contexts', () => {
    expect(withAttributes({ a: 1 }, () => contextAttributes(context.active()) ?? 'none')).toBe('none');
  });
});

describe('ContextAttributesSpanProcessor', () => {
  const processor = new ContextAttributesSpanProcessor();
  const start = (attributes: unknown, inherited: Parameters<typeof setContextAttributes>[1]) => {
    const setAttribute = vi.fn();
    processor.onStart({ attributes, setAttribute } as unknown as Span, setContextAttributes(ROOT_CONTEXT, inherited));
    return setAttribute.mock.calls;
  };

  it('sets what the span does not say itself', () => {
    expect(start({ a: 'own', b: false }, { a: 'x', b: true, c: 0, d: undefined })).toEqual([['c', 0]]);
  });

  it('sets all on a span that does not show its attributes', () => {
    expect(start(undefined, { a: 'x' })).toEqual([['a', 'x']]);
  });
});
