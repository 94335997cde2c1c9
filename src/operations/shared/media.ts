import { known } from '../../known.js';
import { text } from '../../read.js';
import type { BlobPart, UriPart } from '../content.js';

const DATA_URL = /^data:([^;,]{0,200})[^,]{0,200},/;

/**
 * An image, a sound or a document: a `uri` part for a URL, otherwise a `blob` part.
 * @param source a URL, a data URL or base64
 */
export function mediaPart(modality: string, source: unknown, mimeType?: string): BlobPart | UriPart {
  const content = text(source);
  if (content === undefined) return known({ type: 'blob' as const, modality, mime_type: mimeType });
  if (/^(https?|gs|s3):/i.test(content))
    return known({ type: 'uri' as const, modality, uri: content, mime_type: mimeType });
  const [head, type] = DATA_URL.exec(content) ?? ['', mimeType];
  const base64 = content.slice(head.length);
  return known({
    type: 'blob' as const,
    modality,
    mime_type: type,
    content: base64,
    byte_length: decodedLength(base64),
  });
}

/** The number of bytes that base64 text encodes. */
function decodedLength(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return Math.floor((base64.length * 3) / 4) - padding;
}
