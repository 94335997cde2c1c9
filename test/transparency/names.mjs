/** Written out rather than imported: a rename in the sources is a change for users and must show. */

export const STREAM_END_REASON = 'llm.stream.end_reason';
export const ABANDONED = 'llm.abandoned';
export const STREAM_CHUNK_COUNT = 'llm.stream.chunk_count';
