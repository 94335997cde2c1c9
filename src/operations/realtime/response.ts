import { known } from '../../known.js';
import { count, type Fields, fieldsOf, isObject, listOf, number, text } from '../../read.js';
import * as semconv from '../../semconv.js';
import type { Message } from '../content.js';
import { type Assembly, type CallDescription, MAX_LISTED } from '../operation.js';
import { createResponse } from '../responses/responses.js';
import { textParts } from '../shared/content-parts.js';
import { listedTools, toolDefinitions } from '../shared/tool-definitions.js';
import { realtimeItem, withTranscripts } from './items.js';

/**
 * A response of the Realtime API. Its arguments are the parameters of `response.create`, the settings of the session as defaults for
 * them, and the messages since the last response.
 */
export const realtimeResponse: CallDescription = {
  name: 'chat',

  request([params, session], deployment) {
    const asked = fieldsOf(params);
    const settings = fieldsOf(session);
    const answering = text(settings.model);
    const model = deployment ?? answering;
    return {
      target: model,
      streaming: true,
      attributes: {
        [semconv.ATTR_OPENAI_API_TYPE]: 'realtime',
        [semconv.ATTR_GEN_AI_REQUEST_MODEL]: model,
        // A response does not contain its model. The session does.
        [semconv.ATTR_GEN_AI_RESPONSE_MODEL]: answering,
        [semconv.ATTR_GEN_AI_REQUEST_TEMPERATURE]: number(asked.temperature) ?? number(settings.temperature),
        [semconv.ATTR_GEN_AI_REQUEST_MAX_TOKENS]: maxTokens(asked) ?? maxTokens(settings),
        [semconv.ATTR_GEN_AI_OUTPUT_TYPE]: outputType(asked) ?? outputType(settings),
        [semconv.ATTR_GEN_AI_TOOL_DEFINITIONS]: listedTools(toolsOf(asked, settings)),
      },
    };
  },

  response: (body) => createResponse.response(body),

  input([params, session, messages]) {
    const asked = fieldsOf(params);
    const settings = fieldsOf(session);
    const instructions = textParts('text', asked.instructions ?? settings.instructions);
    const definitions = toolDefinitions(toolsOf(asked, settings));
    return known({
      systemInstructions: instructions.length > 0 ? instructions : undefined,
      inputMessages: Array.isArray(asked.input)
        ? listOf(asked.input).slice(-MAX_LISTED).map(realtimeItem)
        : (listOf(messages) as Message[]),
      toolDefinitions: definitions.length > 0 ? definitions : undefined,
    });
  },

  output: (body) => createResponse.output?.(body) ?? [],

  digest: () => new FinalResponse(),
};

/** `inf`, the default, means no limit. */
function maxTokens({ max_output_tokens, max_response_output_tokens }: Fields): number | undefined {
  const limit = max_output_tokens ?? max_response_output_tokens;
  return typeof limit === 'number' ? count(limit) : undefined;
}

function outputType({ output_modalities, modalities }: Fields): string | undefined {
  const kinds = listOf(output_modalities ?? modalities);
  if (kinds.includes('audio')) return 'speech';
  return kinds.includes('text') ? 'text' : undefined;
}

function toolsOf({ tools }: Fields, settings: Fields): Fields {
  return { tools: tools ?? settings.tools };
}

/** Keeps the response of `response.done`, or, before there is one, its id. */
class FinalResponse implements Assembly {
  #response: Fields = {};

  add(event: unknown): void {
    const { type, response } = fieldsOf(event);
    if ((type === 'response.done' || type === 'response.created') && isObject(response)) this.#response = response;
  }

  body(): unknown {
    return asResponse(this.#response);
  }
}

/** Converts an item to the format of the Responses API, in which a few names differ. */
function asResponse(response: Fields): Fields {
  const details = fieldsOf(response.status_details);
  const cancelled = response.status === 'cancelled';
  return {
    id: response.id,
    // An interrupted response has output. Its finish reason is the interruption.
    status: cancelled ? 'incomplete' : response.status,
    incomplete_details: { reason: details.reason ?? (cancelled ? 'cancelled' : undefined) },
    error: details.error,
    output: listOf(response.output)
      .slice(0, MAX_LISTED)
      .map((item) => withTranscripts(fieldsOf(item))),
    usage: response.usage,
  };
}
