import type { Attributes } from '@opentelemetry/api';

interface SizedSpan {
  readonly name: string;
  readonly status: { readonly message?: string };
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly attributes?: Attributes }[];
}

/** What OTLP has for each name and value besides its text. */
const OVERHEAD = 5;

/** The bytes of a span's name, attributes, events and status in OTLP, or a few more. */
export function otlpSize(span: SizedSpan): number {
  const sizeOf = (value: unknown): number => {
    if (typeof value === 'string') return Buffer.byteLength(value) + OVERHEAD;
    return Array.isArray(value) ? value.reduce((sum: number, item) => sum + sizeOf(item), OVERHEAD) : OVERHEAD;
  };
  const events = span.events.map(({ name, attributes }) => [name, 'time', ...Object.entries(attributes ?? {}).flat()]);
  return sizeOf([span.name, span.status.message, Object.entries(span.attributes).flat(), ...events]);
}
