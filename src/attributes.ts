import type { Attributes, AttributeValue } from '@opentelemetry/api';

/** The attributes whose value is known. */
export function known(attributes: Record<string, AttributeValue | undefined>): Attributes {
  const result: Attributes = {};
  for (const name in attributes) {
    const value = attributes[name];
    if (value !== undefined) result[name] = value;
  }
  return result;
}
