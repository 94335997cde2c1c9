import type { OpenAI } from 'openai';

/**
 * The types of `openai` (4.87 to 7) for the hooks of `OpenAIInstrumentation`, by `gen_ai.operation.name`. This module has
 * types only, and no other module of this package needs `openai` to compile.
 *
 * @example
 * ```ts
 * import { OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';
 * import type { OpenAIOperations } from 'opentelemetry-instrumentation-openai/openai-types';
 *
 * new OpenAIInstrumentation<OpenAIOperations>({
 *   requestHook(span, request) {
 *     if (request.operation === 'embeddings') span.setAttribute('app.input', typeof request.params.input);
 *   },
 * });
 * ```
 */
export interface OpenAIOperations {
  /** `chat.completions.create` and `responses.create`. */
  chat: {
    params: OpenAI.ChatCompletionCreateParams | OpenAI.Responses.ResponseCreateParams;
    response: OpenAI.ChatCompletion | OpenAI.Responses.Response;
  };
  /** `responses.retrieve`. `params` is the id. */
  fetch_response: { params: string; response: OpenAI.Responses.Response };
  /** `responses.cancel`. `params` is the id. */
  cancel_response: { params: string; response: OpenAI.Responses.Response };
  text_completion: { params: OpenAI.CompletionCreateParams; response: OpenAI.Completion };
  embeddings: { params: OpenAI.EmbeddingCreateParams; response: OpenAI.CreateEmbeddingResponse };
  moderation: { params: OpenAI.ModerationCreateParams; response: OpenAI.ModerationCreateResponse };
  /** `images.generate`, `edit` and `createVariation`. */
  image_generation: {
    params: OpenAI.ImageGenerateParams | OpenAI.ImageEditParams | OpenAI.ImageCreateVariationParams;
    response: OpenAI.ImagesResponse;
  };
  /** `response` is the HTTP response. Its body is for the application to read. */
  text_to_speech: { params: OpenAI.Audio.SpeechCreateParams; response: Response };
  /** `response` is a string if plain text or subtitles were requested. */
  transcription: {
    params: OpenAI.Audio.TranscriptionCreateParams;
    response: OpenAI.Audio.TranscriptionCreateResponse | string;
  };
  translation: {
    params: OpenAI.Audio.TranslationCreateParams;
    response: OpenAI.Audio.TranslationCreateResponse | string;
  };
  /** `vectorStores.search`. `params` is the id of the store. */
  retrieval: { params: string; response: unknown };
  /** A session over a WebSocket. `params` has the model of its URL. */
  realtime_session: { params: { model: string | undefined }; response: unknown };
  responses_session: { params: { model: undefined }; response: unknown };
  /** Helpers that poll. `params` is the first argument: the parameters, or the id of a thread, run, store or file. */
  poll_run: { params: unknown; response: unknown };
  poll_vector_store_file: { params: string; response: unknown };
  poll_vector_store_file_batch: { params: string; response: unknown };
  poll_file: { params: string; response: unknown };
  /** Events and turns of an agent's session. `params` is the id of the session or of the turn. */
  send_agent_events: { params: string; response: unknown };
  stream_agent_events: { params: string; response: unknown };
  fetch_agent_turn: { params: string; response: unknown };
  /** Runs of assistants and sessions of agents. `params` is the first argument: the parameters, or the id of a thread or run. */
  invoke_agent: { params: unknown; response: unknown };
}
