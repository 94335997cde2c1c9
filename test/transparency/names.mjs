/** Literal names instead of imports: a rename in the sources changes what users get, and must fail here. */

export const STREAM_END_REASON = 'llm.stream.end_reason';
export const ABANDONED = 'llm.abandoned';
export const STREAM_CHUNK_COUNT = 'llm.stream.chunk_count';
