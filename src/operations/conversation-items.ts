import { fieldsOf, text } from '../read.js';
import * as semconv from '../semconv.js';
import type { Operation } from './operation.js';
import { conversation } from './responses/messages.js';

/** `POST /conversations/{id}/items`; SDK v5 to v7. Later responses of the conversation read these items. */
export const conversationItemsCreate: Operation = {
  name: 'create_conversation_items',
  resource: 'Conversations.Items',
  method: 'create',

  request: ([id]) => ({ attributes: { [semconv.ATTR_GEN_AI_CONVERSATION_ID]: text(id) } }),
  response: () => ({ attributes: {}, choices: [] }),
  input: ([, params]) => ({ inputMessages: conversation(fieldsOf(params).items) }),
};
