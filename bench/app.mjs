import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

/** @import { Meter, Span, Tracer } from '@opentelemetry/api' */
/** @import OpenAI from 'openai' */

/** @typedef {import('openai').OpenAI.Chat.ChatCompletionCreateParamsNonStreaming} ChatParams */
/** @typedef {import('openai').OpenAI.Chat.ChatCompletionCreateParamsStreaming} StreamParams */

/** The calls of an application, as they are written without telemetry. */
export class App {
  /** @param {OpenAI} client */
  constructor(client) {
    this.client = client;
  }

  /** @param {ChatParams} params */
  async chat(params) {
    return await this.client.chat.completions.create(params);
  }

  /**
   * @param {StreamParams} params
   * @returns {Promise<number>} how many chunks came
   */
  async stream(params) {
    let chunks = 0;
    for await (const chunk of await this.client.chat.completions.create(params)) chunks += chunk.choices.length;
    return chunks;
  }

  /**
   * A stream in the middle of being read.
   * @param {StreamParams} params
   * @returns {Promise<{ iterator: AsyncIterator<unknown> }>} what holds it
   */
  async open(params) {
    const stream = await this.client.chat.completions.create(params);
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    return { iterator };
  }
}

/** The same calls with a span around each, as one writes it who needs the model, the tokens and the failures. */
export class AppWithSpans extends App {
  /**
   * @param {OpenAI} client
   * @param {Tracer} tracer
   */
  constructor(client, tracer) {
    super(client);
    this.tracer = tracer;
  }

  /**
   * @override
   * @param {ChatParams} params
   */
  chat(params) {
    return this.spanned('chat', params.model, async (span) => {
      const completion = await this.client.chat.completions.create(params);
      describe(span, completion);
      return completion;
    });
  }

  /**
   * @override
   * @param {StreamParams} params
   */
  stream(params) {
    return this.spanned('chat', params.model, () => super.stream(params));
  }

  /**
   * @override
   * @param {StreamParams} params
   */
  async open(params) {
    const span = this.#start('chat', params.model);
    const { iterator } = await context.with(trace.setSpan(context.active(), span), () => super.open(params));
    return { iterator, span };
  }

  /**
   * @protected
   * @template T
   * @param {string} operation
   * @param {string} model
   * @param {(span: Span) => Promise<T>} work
   */
  async spanned(operation, model, work) {
    const span = this.#start(operation, model);
    try {
      return await context.with(trace.setSpan(context.active(), span), () => work(span));
    } catch (error) {
      span.recordException(/** @type {Error} */ (error));
      span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
      throw error;
    } finally {
      span.end();
    }
  }

  /**
   * @param {string} operation
   * @param {string} model
   */
  #start(operation, model) {
    return this.tracer.startSpan(`${operation} ${model}`, {
      kind: SpanKind.CLIENT,
      attributes: {
        'gen_ai.operation.name': operation,
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': model,
      },
    });
  }
}

/** Small calls with every attribute and event that the instrumentation gives them: what the telemetry itself costs. */
export class AppWithFullSpans extends AppWithSpans {
  /**
   * @override
   * @param {ChatParams} params
   */
  chat(params) {
    return this.spanned('chat', params.model, async (span) => {
      span.setAttributes({
        'server.address': 'api.openai.com',
        'server.port': 443,
        'openai.api.type': 'chat_completions',
        'gen_ai.request.temperature': params.temperature ?? undefined,
        'gen_ai.request.max_tokens': params.max_tokens ?? undefined,
      });
      const { data, response } = await this.client.chat.completions.create(params).withResponse();
      const { status, headers } = response;
      const { service_tier, system_fingerprint, usage, choices } = data;
      const input = usage?.prompt_tokens_details;
      const output = usage?.completion_tokens_details;
      span.setAttributes({
        'http.response.status_code': status,
        'llm.request_id': headers.get('x-request-id') ?? undefined,
        'llm.server.processing_ms': Number(headers.get('openai-processing-ms')),
        'llm.rate_limit.limit_requests': Number(headers.get('x-ratelimit-limit-requests')),
        'llm.rate_limit.limit_tokens': Number(headers.get('x-ratelimit-limit-tokens')),
        'llm.rate_limit.remaining_requests': Number(headers.get('x-ratelimit-remaining-requests')),
        'llm.rate_limit.remaining_tokens': Number(headers.get('x-ratelimit-remaining-tokens')),
        'openai.response.service_tier': service_tier ?? undefined,
        'openai.response.system_fingerprint': system_fingerprint,
        'gen_ai.usage.cache_read.input_tokens': input?.cached_tokens,
        'gen_ai.usage.audio.input_tokens': input?.audio_tokens,
        'gen_ai.usage.reasoning.output_tokens': output?.reasoning_tokens,
        'gen_ai.usage.audio.output_tokens': output?.audio_tokens,
      });
      describe(span, data);
      for (const { index, finish_reason, message } of choices) {
        span.addEvent('llm.choice', {
          'llm.choice.index': index,
          'llm.choice.finish_reason': finish_reason,
          'llm.choice.role': message.role,
        });
      }
      return data;
    });
  }
}

/** The same, and the three records of metrics that the instrumentation makes for a call. */
export class AppWithFullSpansAndMetrics extends AppWithFullSpans {
  /**
   * @param {OpenAI} client
   * @param {Tracer} tracer
   * @param {Meter} meter
   */
  constructor(client, tracer, meter) {
    super(client, tracer);
    this.duration = meter.createHistogram('gen_ai.client.operation.duration', { unit: 's' });
    this.tokens = meter.createHistogram('gen_ai.client.token.usage', { unit: '{token}' });
  }

  /**
   * @override
   * @param {ChatParams} params
   */
  async chat(params) {
    const start = performance.now();
    const completion = await super.chat(params);
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': params.model,
      'gen_ai.response.model': completion.model,
      'server.address': 'api.openai.com',
      'server.port': 443,
      'openai.response.service_tier': completion.service_tier ?? undefined,
      'openai.response.system_fingerprint': completion.system_fingerprint,
    };
    this.duration.record((performance.now() - start) / 1000, attributes);
    const { usage } = completion;
    if (usage) {
      this.tokens.record(usage.prompt_tokens, { ...attributes, 'gen_ai.token.type': 'input' });
      this.tokens.record(usage.completion_tokens, { ...attributes, 'gen_ai.token.type': 'output' });
    }
    return completion;
  }
}

/**
 * @param {Span} span
 * @param {import('openai').OpenAI.Chat.ChatCompletion} completion
 */
function describe(span, { id, model, usage, choices }) {
  span.setAttributes({
    'gen_ai.response.id': id,
    'gen_ai.response.model': model,
    'gen_ai.response.finish_reasons': choices.map((choice) => choice.finish_reason),
    'gen_ai.usage.input_tokens': usage?.prompt_tokens,
    'gen_ai.usage.output_tokens': usage?.completion_tokens,
  });
}
