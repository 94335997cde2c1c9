/**
 * What was said to and by a model, in the role + parts schema of the GenAI conventions (`gen_ai.input.messages`,
 * `gen_ai.output.messages`, `gen_ai.system_instructions`, `gen_ai.tool.definitions`). Field names are the schema's.
 */
export interface Content {
  /** In the order sent. */
  inputMessages?: Message[];
  /** One a choice, in the order of the choices. */
  outputMessages?: OutputMessage[];
  /** Instructions given apart from the messages. */
  systemInstructions?: Part[];
  toolDefinitions?: ToolDefinition[];
  /** Of a tool that was run: what it was called with, and what it gave back. */
  toolCallArguments?: unknown;
  toolCallResult?: unknown;
  /**
   * The message of an error that was made from content, such as that of a tool. `contentHook` gets it alone, apart from the
   * rest of the content. It is recorded where error messages are.
   */
  errorMessage?: string;
}

/** `role`: `system`, `user`, `assistant`, `tool` or what the API says. */
export interface Message {
  role: string;
  parts: Part[];
  name?: string;
}

export interface OutputMessage extends Message {
  finish_reason?: string;
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

/** `refusal` is not among the schema's types; it tolerates others. */
export interface TextPart {
  type: 'text' | 'reasoning' | 'refusal';
  content: string;
}

export interface ToolCallPart {
  type: 'tool_call';
  id?: string;
  name: string;
  /** As the API carries it: JSON text, for a custom tool any text. Parsed where it is emitted, if it is short enough. */
  arguments?: unknown;
}

export interface ToolCallResponsePart {
  type: 'tool_call_response';
  id?: string;
  response: unknown;
}

/** A tool that the provider runs by itself, such as web search. */
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

/** Media in the message itself. `content` is base64; where media are not captured, only its size is told. */
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

/** What came before, made shorter by the provider and readable only to it. */
export interface CompactionPart {
  type: 'compaction';
  id?: string;
}

/** Anything the schema has no type for. */
export interface OtherPart {
  type: 'other';
  /** What the API calls it. */
  kind: string;
  [detail: string]: unknown;
}

/** `description` and `parameters` come from the user, the credentials that some tools carry do not belong here. */
export interface ToolDefinition {
  type: string;
  name?: string;
  description?: string;
  parameters?: unknown;
}
