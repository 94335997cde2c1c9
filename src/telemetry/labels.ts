import type { Attributes } from '@opentelemetry/api';
import { cut } from './limit.js';

/** The longest string attribute, in characters: longer than any real id, model name or finish reason. */
const MAX_ATTRIBUTE_LENGTH = 1_024;

/** Cuts long string values. */
export function shortLabels(attributes: Attributes): Attributes {
  for (const name in attributes) {
    if (isLong(attributes[name])) return shortenedLabels(attributes);
  }
  return attributes;
}

export function shortLabel(text: string | undefined): string | undefined {
  return text === undefined ? undefined : cut(text, MAX_ATTRIBUTE_LENGTH);
}

function shortenedLabels(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, shortened(value)]));
}

function isLong(value: unknown): boolean {
  if (typeof value === 'string') return value.length > MAX_ATTRIBUTE_LENGTH;
  return Array.isArray(value) && value.some(isLong);
}

function shortened<T>(value: T): T {
  if (typeof value === 'string') return shortLabel(value) as T & string;
  return Array.isArray(value) ? (value.map(shortened) as T & unknown[]) : value;
}
