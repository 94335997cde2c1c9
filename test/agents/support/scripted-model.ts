import type { Agent } from '@openai/agents';
import type { Agents } from './application.js';

type Model = Exclude<ConstructorParameters<typeof Agent>[0]['model'], string | undefined>;

/** A model that calls a tool a number of times and then answers, without `openai`. It traces its calls as models do. */
export function scriptedModel({ Usage, withGenerationSpan }: Agents, toolName: string, calls: number): Model {
  let asked = 0;
  const respond = () =>
    withGenerationSpan(async () => {
      const call = asked++;
      const usage = new Usage({ inputTokens: 1, outputTokens: 1, totalTokens: 2 });
      const toolCall = {
        type: 'function_call',
        callId: `c${call}`,
        name: toolName,
        arguments: '{}',
        status: 'completed',
      };
      const content = [{ type: 'output_text', text: 'Done.' }];
      const message = { type: 'message', id: `m${call}`, role: 'assistant', status: 'completed', content };
      return { id: `r${call}`, usage, output: [call < calls ? toolCall : message] };
    });
  return {
    getResponse: async () => (await respond()) as never,
    async *getStreamedResponse() {
      yield { type: 'response_done', response: await respond() } as never;
    },
  };
}
