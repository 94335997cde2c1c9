/**
 * Input and output of a model, in the role + parts schema of the GenAI conventions (`gen_ai.input.messages`,
 * `gen_ai.output.messages`, `gen_ai.system_instructions`, `gen_ai.tool.definitions`). Field names are the schema's.
 */
export interface Content {
  /** In the order of the request. */
  inputMessages?: Message[];
  /** One per choice, in the order of the choices. */
  outputMessages?: OutputMessage[];
  /** Instructions that the request carries outside its messages. */
  systemInstructions?: Part[];
  toolDefinitions?: ToolDefinition[];
  /** The variables of a stored prompt, by name. */
  promptVariables?: Record<string, string>;
  retrievalQuery?: string;
  /** In the order of the results. */
  retrievalDocuments?: RetrievedDocument[];
  /** The description of a tool function that the application ran. */
  toolDescription?: string;
  /** Arguments and result of a tool function that the application ran. */
  toolCallArguments?: unknown;
  toolCallResult?: unknown;
  /**
   * The message of an error that was made from content, such as that of a tool. `contentHook` gets it alone, apart from the
   * rest of the content. It is recorded where error messages are.
   */
  errorMessage?: string;
}

/** One result of a search. */
export interface RetrievedDocument {
  id?: string;
  score?: number;
  filename?: string;
  content?: string;
}

/** `role`: `system`, `user`, `assistant`, `tool`, or another role that the API uses. */
export interface Message {
  role: string;
  parts: Part[];
  name?: string;
}

export interface OutputMessage extends Message {
  /** As the API calls it; `error` if none arrived, as in a stream that was cut off. Back-ends drop a message without one. */
  finish_reason: string;
}

export type Part =
  | TextPart
  | ToolCallPart
  | ToolCallResponsePart
  | ServerToolCallPart
  | ServerToolCallResponsePart
  | BlobPart
  | UriPart
  | FilePart
  | CompactionPart
  | OtherPart;

/** The schema has no type `refusal`, but allows other types. */
export interface TextPart {
  type: 'text' | 'reasoning' | 'refusal';
  content: string;
}

export interface ToolCallPart {
  type: 'tool_call';
  id?: string;
  name: string;
  /** As the API sends it: JSON text, or any text for a custom tool. It is parsed when it is recorded, if it is short enough. */
  arguments?: unknown;
}

export interface ToolCallResponsePart {
  type: 'tool_call_response';
  id?: string;
  response: unknown;
}

/** A call of a tool that the provider runs, such as web search. */
export interface ServerToolCallPart {
  type: 'server_tool_call';
  id?: string;
  name: string;
  server_tool_call: { type: string; [detail: string]: unknown };
}

export interface ServerToolCallResponsePart {
  type: 'server_tool_call_response';
  id?: string;
  server_tool_call_response: { type: string; [detail: string]: unknown };
}

/** Media inside the message. `content` is base64, and is recorded only with `captureMedia`. */
export interface BlobPart {
  type: 'blob';
  modality: string;
  mime_type?: string;
  content?: string;
  byte_length?: number;
  transcript?: string;
}

export interface UriPart {
  type: 'uri';
  modality: string;
  uri: string;
  mime_type?: string;
}

export interface FilePart {
  type: 'file';
  modality: string;
  file_id: string;
}

/** The earlier conversation in a compressed form that only the provider can read. */
export interface CompactionPart {
  type: 'compaction';
  id?: string;
}

/** A part for which the schema has no type. */
export interface OtherPart {
  type: 'other';
  /** The API's name for it. */
  kind: string;
  [detail: string]: unknown;
}

/** `description` and `parameters` are content. Credentials, which some tools carry, are never copied into this. */
export interface ToolDefinition {
  type: string;
  /** The type, for a built-in tool that has no name. */
  name: string;
  description?: string;
  parameters?: unknown;
}
