import type { Attributes } from '@opentelemetry/api';
import { cut } from './limit.js';

/** Longer than any id, model name or finish reason. */
const MAX_LABEL = 1_024;

/** Attributes whose values may come from a server that means no good: cut to a size that names have. */
export function shortLabels(attributes: Attributes): Attributes {
  for (const name in attributes) {
    if (isLong(attributes[name])) return shortenedLabels(attributes);
  }
  return attributes;
}

export function shortLabel(text: string | undefined): string | undefined {
  return text === undefined ? undefined : cut(text, MAX_LABEL);
}

function shortenedLabels(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, shortened(value)]));
}

function isLong(value: unknown): boolean {
  if (typeof value === 'string') return value.length > MAX_LABEL;
  return Array.isArray(value) && value.some(isLong);
}

function shortened<T>(value: T): T {
  if (typeof value === 'string') return shortLabel(value) as T & string;
  return Array.isArray(value) ? (value.map(shortened) as T & unknown[]) : value;
}
