import { oneLine } from './terminal-text.js';

export type Outcome = 'ok' | 'error' | 'stopped';

/** A labelled value on a line below the span. One with an empty value is left out. */
export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly outcome?: Outcome;
}

/** @returns an empty string for a value that is missing */
export function text(value: unknown): string {
  if (value === undefined || value === null) return '';
  return oneLine(Array.isArray(value) ? value.join(', ') : String(value));
}

export function joined(parts: readonly string[], separator: string): string {
  return parts.filter(Boolean).join(separator);
}

export function parseList(json: unknown): unknown[] {
  try {
    const list: unknown = JSON.parse(String(json));
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}
