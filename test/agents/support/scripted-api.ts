import { setTimeout as wait } from 'node:timers/promises';

/** What a model does when it is asked: it calls tools, and answers once it has their results. */
export interface Script {
  readonly calls?: readonly { readonly name: string; readonly arguments: object | string }[];
  readonly answer?: string;
  /** It refuses, in these words. */
  readonly refusal?: string;
}

type Answer = Required<Pick<Script, 'calls' | 'answer'>> & Script;

interface Body {
  model: string;
  instructions?: string;
  stream?: boolean;
  input?: unknown[] | string;
  messages?: unknown[];
}

const USAGE = {
  prompt_tokens: 11,
  completion_tokens: 7,
  input_tokens: 11,
  input_tokens_details: { cached_tokens: 4 },
  output_tokens: 7,
  output_tokens_details: { reasoning_tokens: 2 },
  total_tokens: 18,
};

/** A `fetch` for the `openai` client, with scripted models behind it: chat completions and responses, whole and streamed. */
export class ScriptedApi {
  readonly scripts = new Map<string, Script>();
  #ids = 0;

  readonly fetch = async (
    url: unknown,
    init: { body?: unknown; signal?: AbortSignal | null } = {},
  ): Promise<Response> => {
    const body = JSON.parse(String(init.body)) as Body;
    await wait(this.#ids++ % 3);
    init.signal?.throwIfAborted();
    const { calls = [], ...rest } = this.scripts.get(body.model) ?? {};
    const script = { calls: hasToolResults(body) ? [] : calls, answer: 'done', ...rest };
    return String(url).includes('/responses') ? this.#response(body, script) : this.#completion(body, script);
  };

  #id(prefix: string): string {
    return `${prefix}_${this.#ids++}`;
  }

  #response({ model, stream, instructions }: Body, { calls, answer, refusal }: Answer): Response {
    const output =
      calls.length > 0
        ? calls.map((call) => ({
            type: 'function_call',
            id: this.#id('fc'),
            call_id: this.#id('call'),
            name: call.name,
            arguments: argumentsOf(call),
            status: 'completed',
          }))
        : [
            {
              type: 'message',
              id: this.#id('msg'),
              status: 'completed',
              role: 'assistant',
              content: [
                refusal === undefined
                  ? { type: 'output_text', text: answer, annotations: [] }
                  : { type: 'refusal', refusal },
              ],
            },
          ];
    const said = { instructions, output, usage: USAGE };
    const response = { id: this.#id('resp'), object: 'response', status: 'completed', model, ...said };
    if (!stream) return Response.json(response);
    return eventStream([
      { type: 'response.created', response: { ...response, status: 'in_progress', output: [], usage: null } },
      { type: 'response.output_text.delta', item_id: 'x', output_index: 0, content_index: 0, delta: 'do' },
      { type: 'response.completed', response },
    ]);
  }

  #completion({ model, stream }: Body, { calls, answer, refusal }: Answer): Response {
    const head = { id: this.#id('chat'), created: 1, model };
    const tool_calls = calls.map((call, index) => ({
      index,
      id: this.#id('call'),
      type: 'function',
      function: { name: call.name, arguments: argumentsOf(call) },
    }));
    const text = refusal === undefined ? { content: answer } : { content: null, refusal };
    const said = calls.length > 0 ? { content: null, tool_calls } : text;
    const finish_reason = calls.length > 0 ? 'tool_calls' : 'stop';
    if (!stream) {
      const choices = [{ index: 0, finish_reason, message: { role: 'assistant', ...said } }];
      return Response.json({ ...head, object: 'chat.completion', choices, usage: USAGE });
    }
    const chunk = (choices: unknown[], usage?: unknown) => ({
      ...head,
      object: 'chat.completion.chunk',
      choices,
      usage,
    });
    return eventStream([
      chunk([{ index: 0, delta: { role: 'assistant', ...said } }]),
      chunk([{ index: 0, delta: {}, finish_reason }]),
      chunk([], USAGE),
      '[DONE]',
    ]);
  }
}

/** Text that is no JSON shows what happens with that. */
function argumentsOf(call: { readonly arguments: object | string }): string {
  return typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments);
}

function hasToolResults({ input, messages }: Body): boolean {
  const items = Array.isArray(input) ? input : (messages ?? []);
  return items.some((item) => {
    const { type, role } = item as { type?: string; role?: string };
    return type === 'function_call_output' || role === 'tool';
  });
}

function eventStream(events: readonly (object | string)[]): Response {
  const encoder = new TextEncoder();
  const rest = [...events];
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const event = rest.shift();
      if (event === undefined) return controller.close();
      await wait(1);
      controller.enqueue(encoder.encode(`data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`));
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}
