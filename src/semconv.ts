/**
 * Every attribute, event and metric name that this package emits.
 *
 * `gen_ai.*` and `openai.*` names come from the OpenTelemetry GenAI conventions: semantic conventions v1.41, or, where
 * marked "genai", the newer text in the semantic-conventions-genai repository. They are not imported, because
 * `@opentelemetry/semantic-conventions` exports them from its unstable entry only. `llm.*` names are our own.
 */
export {
  ATTR_ERROR_TYPE,
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
  ATTR_HTTP_REQUEST_RESEND_COUNT,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
} from '@opentelemetry/semantic-conventions';

// Request
export const ATTR_GEN_AI_OPERATION_NAME = 'gen_ai.operation.name';
export const ATTR_GEN_AI_PROVIDER_NAME = 'gen_ai.provider.name';
export const ATTR_GEN_AI_REQUEST_MODEL = 'gen_ai.request.model';
export const ATTR_GEN_AI_REQUEST_STREAM = 'gen_ai.request.stream';
export const ATTR_GEN_AI_REQUEST_TEMPERATURE = 'gen_ai.request.temperature';
export const ATTR_GEN_AI_REQUEST_TOP_P = 'gen_ai.request.top_p';
export const ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY = 'gen_ai.request.frequency_penalty';
export const ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY = 'gen_ai.request.presence_penalty';
export const ATTR_GEN_AI_REQUEST_MAX_TOKENS = 'gen_ai.request.max_tokens';
export const ATTR_GEN_AI_REQUEST_STOP_SEQUENCES = 'gen_ai.request.stop_sequences';
export const ATTR_GEN_AI_REQUEST_SEED = 'gen_ai.request.seed';
export const ATTR_GEN_AI_REQUEST_CHOICE_COUNT = 'gen_ai.request.choice.count';
/** genai */
export const ATTR_GEN_AI_REQUEST_REASONING_LEVEL = 'gen_ai.request.reasoning.level';
/** genai */
export const ATTR_GEN_AI_REQUEST_PREVIOUS_RESPONSE_ID = 'gen_ai.request.previous_response.id';
/** genai */
export const ATTR_GEN_AI_REQUEST_STREAM_CURSOR = 'gen_ai.request.stream_cursor';
export const ATTR_GEN_AI_PROMPT_NAME = 'gen_ai.prompt.name';
/** genai */
export const ATTR_GEN_AI_PROMPT_VERSION = 'gen_ai.prompt.version';
/** genai; one attribute per variable, `gen_ai.prompt.variable.<name>`; content */
export const ATTR_GEN_AI_PROMPT_VARIABLE = 'gen_ai.prompt.variable';
export const ATTR_GEN_AI_REQUEST_ENCODING_FORMATS = 'gen_ai.request.encoding_formats';
export const ATTR_GEN_AI_EMBEDDINGS_DIMENSION_COUNT = 'gen_ai.embeddings.dimension.count';
export const ATTR_GEN_AI_DATA_SOURCE_ID = 'gen_ai.data_source.id';
/** genai; v1.41 calls it `gen_ai.request.top_k` */
export const ATTR_GEN_AI_RETRIEVAL_TOP_K = 'gen_ai.retrieval.top_k';
/** genai */
export const ATTR_GEN_AI_WORKFLOW_NAME = 'gen_ai.workflow.name';
export const ATTR_GEN_AI_AGENT_NAME = 'gen_ai.agent.name';
export const ATTR_GEN_AI_AGENT_ID = 'gen_ai.agent.id';
export const ATTR_GEN_AI_CONVERSATION_ID = 'gen_ai.conversation.id';
export const ATTR_GEN_AI_OUTPUT_TYPE = 'gen_ai.output.type';
export const ATTR_GEN_AI_TOOL_DEFINITIONS = 'gen_ai.tool.definitions';
export const ATTR_OPENAI_API_TYPE = 'openai.api.type';
export const ATTR_OPENAI_REQUEST_SERVICE_TIER = 'openai.request.service_tier';

// Response
export const ATTR_GEN_AI_RESPONSE_ID = 'gen_ai.response.id';
export const ATTR_GEN_AI_RESPONSE_MODEL = 'gen_ai.response.model';
export const ATTR_GEN_AI_RESPONSE_FINISH_REASONS = 'gen_ai.response.finish_reasons';
/** genai */
export const ATTR_GEN_AI_RESPONSE_STATUS = 'gen_ai.response.status';
export const ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK = 'gen_ai.response.time_to_first_chunk';
export const ATTR_OPENAI_RESPONSE_SERVICE_TIER = 'openai.response.service_tier';
export const ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT = 'openai.response.system_fingerprint';

// Usage
export const ATTR_GEN_AI_USAGE_INPUT_TOKENS = 'gen_ai.usage.input_tokens';
export const ATTR_GEN_AI_USAGE_OUTPUT_TOKENS = 'gen_ai.usage.output_tokens';
export const ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS = 'gen_ai.usage.cache_read.input_tokens';
/** genai; v1.41 calls it `gen_ai.usage.cache_creation.input_tokens` */
export const ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS = 'gen_ai.usage.cache_write.input_tokens';
export const ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS = 'gen_ai.usage.reasoning.output_tokens';
/** genai */
export const ATTR_GEN_AI_USAGE_AUDIO_INPUT_TOKENS = 'gen_ai.usage.audio.input_tokens';
/** genai */
export const ATTR_GEN_AI_USAGE_AUDIO_OUTPUT_TOKENS = 'gen_ai.usage.audio.output_tokens';
/** genai */
export const ATTR_GEN_AI_USAGE_IMAGE_INPUT_TOKENS = 'gen_ai.usage.image.input_tokens';
/** genai */
export const ATTR_GEN_AI_USAGE_IMAGE_OUTPUT_TOKENS = 'gen_ai.usage.image.output_tokens';
/** genai */
export const ATTR_GEN_AI_USAGE_TEXT_INPUT_TOKENS = 'gen_ai.usage.text.input_tokens';
/** genai */
export const ATTR_GEN_AI_USAGE_TEXT_OUTPUT_TOKENS = 'gen_ai.usage.text.output_tokens';
/** The amount that a provider itself reports, in its own unit. No convention has it yet; several back-ends read this name. */
export const ATTR_GEN_AI_USAGE_COST = 'gen_ai.usage.cost';

// Tool executions
export const ATTR_GEN_AI_TOOL_NAME = 'gen_ai.tool.name';
export const ATTR_GEN_AI_TOOL_CALL_ID = 'gen_ai.tool.call.id';
export const ATTR_GEN_AI_TOOL_TYPE = 'gen_ai.tool.type';

// Content, recorded only if `captureMessageContent` is on
export const ATTR_GEN_AI_SYSTEM_INSTRUCTIONS = 'gen_ai.system_instructions';
export const ATTR_GEN_AI_INPUT_MESSAGES = 'gen_ai.input.messages';
export const ATTR_GEN_AI_OUTPUT_MESSAGES = 'gen_ai.output.messages';
export const ATTR_GEN_AI_RETRIEVAL_QUERY_TEXT = 'gen_ai.retrieval.query.text';
export const ATTR_GEN_AI_RETRIEVAL_DOCUMENTS = 'gen_ai.retrieval.documents';
export const ATTR_GEN_AI_TOOL_DESCRIPTION = 'gen_ai.tool.description';
export const ATTR_GEN_AI_TOOL_CALL_ARGUMENTS = 'gen_ai.tool.call.arguments';
export const ATTR_GEN_AI_TOOL_CALL_RESULT = 'gen_ai.tool.call.result';
export const EVENT_GEN_AI_CLIENT_INFERENCE_OPERATION_DETAILS = 'gen_ai.client.inference.operation.details';

// Evaluations of answers, which the application records
export const EVENT_GEN_AI_EVALUATION_RESULT = 'gen_ai.evaluation.result';
export const ATTR_GEN_AI_EVALUATION_NAME = 'gen_ai.evaluation.name';
export const ATTR_GEN_AI_EVALUATION_SCORE_VALUE = 'gen_ai.evaluation.score.value';
export const ATTR_GEN_AI_EVALUATION_SCORE_LABEL = 'gen_ai.evaluation.score.label';
export const ATTR_GEN_AI_EVALUATION_EXPLANATION = 'gen_ai.evaluation.explanation';

// Metrics. `gen_ai.client.inference.*` are the newer names (genai), recorded with `metricNames: 'inference'`.
export const METRIC_GEN_AI_CLIENT_OPERATION_DURATION = 'gen_ai.client.operation.duration';
export const METRIC_GEN_AI_CLIENT_TOKEN_USAGE = 'gen_ai.client.token.usage';
export const METRIC_GEN_AI_CLIENT_OPERATION_TIME_TO_FIRST_CHUNK = 'gen_ai.client.operation.time_to_first_chunk';
export const METRIC_GEN_AI_CLIENT_OPERATION_TIME_PER_OUTPUT_CHUNK = 'gen_ai.client.operation.time_per_output_chunk';
export const METRIC_GEN_AI_CLIENT_INFERENCE_DURATION = 'gen_ai.client.inference.duration';
export const METRIC_GEN_AI_CLIENT_INFERENCE_INPUT_TOKENS = 'gen_ai.client.inference.operation.input_tokens';
export const METRIC_GEN_AI_CLIENT_INFERENCE_OUTPUT_TOKENS = 'gen_ai.client.inference.operation.output_tokens';
export const METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_INPUT_TOKENS = 'gen_ai.client.inference.usage.input_tokens';
export const METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_OUTPUT_TOKENS = 'gen_ai.client.inference.usage.output_tokens';
export const METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_READ_INPUT_TOKENS =
  'gen_ai.client.inference.usage.cache_read.input_tokens';
export const METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_WRITE_INPUT_TOKENS =
  'gen_ai.client.inference.usage.cache_write.input_tokens';
export const METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_REASONING_OUTPUT_TOKENS =
  'gen_ai.client.inference.usage.reasoning.output_tokens';
export const METRIC_GEN_AI_CLIENT_INFERENCE_TIME_TO_FIRST_CHUNK = 'gen_ai.client.inference.time_to_first_chunk';
export const METRIC_GEN_AI_CLIENT_INFERENCE_TIME_PER_OUTPUT_CHUNK = 'gen_ai.client.inference.time_per_output_chunk';
/** genai */
export const METRIC_GEN_AI_EXECUTE_TOOL_DURATION = 'gen_ai.execute_tool.duration';
/** genai */
export const METRIC_GEN_AI_INVOKE_AGENT_DURATION = 'gen_ai.invoke_agent.duration';
/** genai */
export const METRIC_GEN_AI_INVOKE_WORKFLOW_DURATION = 'gen_ai.invoke_workflow.duration';
export const ATTR_GEN_AI_TOKEN_TYPE = 'gen_ai.token.type';
/** genai */
export const ATTR_GEN_AI_TOKEN_MODALITY = 'gen_ai.token.modality';

// The event for each choice. It is not named `gen_ai.choice`, a deprecated event of the conventions with another shape:
// back-ends that know that one would read ours as the output of the call.
export const EVENT_LLM_CHOICE = 'llm.choice';
export const ATTR_LLM_CHOICE_INDEX = 'llm.choice.index';
export const ATTR_LLM_CHOICE_FINISH_REASON = 'llm.choice.finish_reason';
export const ATTR_LLM_CHOICE_ROLE = 'llm.choice.role';
export const ATTR_LLM_CHOICE_TOOL_CALLS = 'llm.choice.tool_calls';
export const ATTR_LLM_CHOICE_REFUSED = 'llm.choice.refused';
export const ATTR_LLM_CHOICE_CONTENT = 'llm.choice.content';
export const ATTR_LLM_CHOICE_REFUSAL = 'llm.choice.refusal';
export const ATTR_LLM_CHOICE_REASONING = 'llm.choice.reasoning';

export const EVENT_EXCEPTION = 'exception';

// Our own names
export const ATTR_LLM_STREAMING = 'llm.streaming';
export const ATTR_LLM_STREAM_END_REASON = 'llm.stream.end_reason';
export const ATTR_LLM_STREAM_CHUNK_COUNT = 'llm.stream.chunk_count';
/** `true` if the promise of a non-streaming call or of a tool was garbage-collected, or still pending at `disable()`. */
export const ATTR_LLM_ABANDONED = 'llm.abandoned';
/** Seconds of audio that were transcribed or translated, if the API reports a duration instead of tokens. */
export const ATTR_LLM_AUDIO_DURATION = 'llm.audio.duration';
/** Whether a moderation flagged one of its inputs at least. */
export const ATTR_LLM_MODERATION_FLAGGED = 'llm.moderation.flagged';
/** The names of the categories that a moderation found. */
export const ATTR_LLM_MODERATION_CATEGORIES = 'llm.moderation.categories';
export const ATTR_LLM_REQUEST_ID = 'llm.request_id';
export const ATTR_LLM_SERVER_PROCESSING_MS = 'llm.server.processing_ms';
/** Seconds */
export const ATTR_LLM_SERVER_QUEUE_TIME = 'llm.server.queue_time';
/** Seconds */
export const ATTR_LLM_SERVER_PROMPT_TIME = 'llm.server.prompt_time';
/** Seconds */
export const ATTR_LLM_SERVER_COMPLETION_TIME = 'llm.server.completion_time';
export const ATTR_LLM_RATE_LIMIT_LIMIT_REQUESTS = 'llm.rate_limit.limit_requests';
export const ATTR_LLM_RATE_LIMIT_LIMIT_TOKENS = 'llm.rate_limit.limit_tokens';
export const ATTR_LLM_RATE_LIMIT_REMAINING_REQUESTS = 'llm.rate_limit.remaining_requests';
export const ATTR_LLM_RATE_LIMIT_REMAINING_TOKENS = 'llm.rate_limit.remaining_tokens';
export const ATTR_LLM_ERROR_CODE = 'llm.error.code';
export const ATTR_LLM_ERROR_TYPE = 'llm.error.type';
export const ATTR_LLM_ERROR_PARAM = 'llm.error.param';
export const ATTR_LLM_BATCH_ID = 'llm.batch.id';
export const ATTR_LLM_BATCH_ENDPOINT = 'llm.batch.endpoint';
export const ATTR_LLM_BATCH_COMPLETION_WINDOW = 'llm.batch.completion_window';
export const ATTR_LLM_BATCH_REQUESTS_TOTAL = 'llm.batch.requests.total';
export const ATTR_LLM_BATCH_REQUESTS_COMPLETED = 'llm.batch.requests.completed';
export const ATTR_LLM_BATCH_REQUESTS_FAILED = 'llm.batch.requests.failed';
/** How many times a method that polls has requested the state. */
export const ATTR_LLM_POLL_COUNT = 'llm.poll.count';
export const ATTR_LLM_FILE_ID = 'llm.file.id';
/** Files that are added to a vector store together. */
export const ATTR_LLM_FILE_BATCH_ID = 'llm.file_batch.id';
export const ATTR_LLM_FILE_BATCH_FILES_TOTAL = 'llm.file_batch.files.total';
export const ATTR_LLM_FILE_BATCH_FILES_COMPLETED = 'llm.file_batch.files.completed';
export const ATTR_LLM_FILE_BATCH_FILES_FAILED = 'llm.file_batch.files.failed';
export const ATTR_LLM_GRADER_TYPE = 'llm.grader.type';
export const ATTR_LLM_GRADER_REWARD = 'llm.grader.reward';
export const ATTR_LLM_HANDOFF_FROM = 'llm.handoff.from';
export const ATTR_LLM_HANDOFF_TO = 'llm.handoff.to';
export const ATTR_LLM_GUARDRAIL_NAME = 'llm.guardrail.name';
export const ATTR_LLM_GUARDRAIL_TRIGGERED = 'llm.guardrail.triggered';

// Sessions over a WebSocket. All of them are provisional: the GenAI conventions have no names for sessions yet.
export const ATTR_LLM_SESSION_CLOSE_CODE = 'llm.session.close_code';
export const ATTR_LLM_SESSION_CLOSE_REASON = 'llm.session.close_reason';
export const ATTR_LLM_SESSION_RESPONSE_COUNT = 'llm.session.response_count';
export const ATTR_LLM_SESSION_EVENT_COUNT = 'llm.session.event_count';
export const ATTR_LLM_SESSION_RECONNECT_COUNT = 'llm.session.reconnect_count';
/** Seconds until the first sound of a Realtime response. */
export const ATTR_LLM_RESPONSE_TIME_TO_FIRST_AUDIO = 'llm.response.time_to_first_audio';
export const EVENT_LLM_SESSION_OPEN = 'llm.session.open';
export const EVENT_LLM_SESSION_RECONNECTING = 'llm.session.reconnecting';
export const EVENT_LLM_SESSION_RECONNECTED = 'llm.session.reconnected';
