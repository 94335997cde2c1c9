/** What a provider answers, made after the page that is named. Paths start at the body, or at the chunk that has the field. */
export interface Provider {
  name: string;
  /** A base URL of it, and the `gen_ai.provider.name` that follows. */
  baseURL: string;
  provider: string;
  /** Where its answers are described. */
  sources: string[];
  /** Where a stream has its usage. */
  usage: string;
  /** Where the tokens read from the cache are. */
  cached?: string;
  /** Where the text of the reasoning is. */
  reasoning?: string;
  /** Where the reasoning tokens are. */
  reasoningTokens?: string;
  /** How a stream tells parallel tool calls apart: by their index, or, without one, by their id. */
  tools: 'index' | 'id';
  /** Where an answer of status 200 reports a failure. */
  error?: string;
  cost?: string;
}

const DETAILS = 'usage.prompt_tokens_details.cached_tokens';
const REASONING_TOKENS = 'usage.completion_tokens_details.reasoning_tokens';

export const providers: Provider[] = [
  {
    name: 'OpenAI',
    baseURL: 'https://api.openai.com/v1',
    provider: 'openai',
    sources: ['https://platform.openai.com/docs/api-reference/chat/object'],
    usage: 'usage',
    cached: DETAILS,
    reasoningTokens: REASONING_TOKENS,
    tools: 'index',
  },
  {
    name: 'Azure OpenAI',
    baseURL: 'https://r.openai.azure.com/openai',
    provider: 'azure.ai.openai',
    sources: ['https://learn.microsoft.com/azure/ai-services/openai/how-to/prompt-caching'],
    usage: 'usage',
    cached: DETAILS,
    reasoningTokens: REASONING_TOKENS,
    tools: 'index',
  },
  {
    name: 'Groq',
    baseURL: 'https://api.groq.com/openai/v1',
    provider: 'groq',
    sources: ['https://console.groq.com/docs/prompt-caching', 'https://www.npmjs.com/package/groq-sdk'],
    usage: 'x_groq.usage',
    cached: 'x_groq.usage.prompt_tokens_details.cached_tokens',
    reasoning: 'choices.0.message.reasoning',
    reasoningTokens: 'x_groq.usage.completion_tokens_details.reasoning_tokens',
    tools: 'index',
    error: 'x_groq.error',
  },
  {
    name: 'DeepSeek',
    baseURL: 'https://api.deepseek.com',
    provider: 'deepseek',
    sources: [
      'https://platform.deepseek.com/api-docs/guides/kv_cache/',
      'https://docs.rs/crate/deepseek-sdk/0.7.0/source/src/chat/response.rs',
    ],
    usage: 'usage',
    cached: 'usage.prompt_cache_hit_tokens',
    reasoning: 'choices.0.message.reasoning_content',
    reasoningTokens: REASONING_TOKENS,
    tools: 'index',
  },
  {
    name: 'xAI',
    baseURL: 'https://api.x.ai/v1',
    provider: 'x_ai',
    sources: ['https://docs.x.ai/developers/advanced-api-usage/prompt-caching/usage-and-pricing'],
    usage: 'usage',
    cached: DETAILS,
    reasoningTokens: REASONING_TOKENS,
    tools: 'index',
  },
  {
    name: 'Mistral',
    baseURL: 'https://api.mistral.ai/v1',
    provider: 'mistral_ai',
    sources: [
      'https://docs.mistral.ai/inference/conversations/reasoning',
      'https://www.npmjs.com/package/@mistralai/mistralai',
    ],
    usage: 'usage',
    cached: 'usage.num_cached_tokens',
    reasoning: 'choices.0.message.content.0.thinking.0.text',
    tools: 'index',
  },
  {
    name: 'Perplexity',
    baseURL: 'https://api.perplexity.ai',
    provider: 'perplexity',
    sources: ['https://www.npmjs.com/package/@perplexity-ai/perplexity_ai'],
    usage: 'usage',
    reasoningTokens: 'usage.reasoning_tokens',
    cost: 'usage.cost.total_cost',
    tools: 'index',
  },
  {
    name: 'Cohere',
    baseURL: 'https://api.cohere.ai/compatibility/v1',
    provider: 'cohere',
    sources: ['https://docs.cohere.com/docs/compatibility-api'],
    usage: 'usage',
    tools: 'index',
  },
  {
    name: 'Gemini',
    baseURL: 'https://generativelanguage.googleapis.com/v1beta/openai/',
    provider: 'gcp.gemini',
    sources: ['https://ai.google.dev/gemini-api/docs/openai', 'https://github.com/THU-MAIC/OpenMAIC/issues/1556'],
    usage: 'usage',
    tools: 'id',
  },
  {
    name: 'Vertex AI',
    baseURL: 'https://aiplatform.googleapis.com/v1/projects/p/locations/global/endpoints/openapi',
    provider: 'gcp.vertex_ai',
    sources: ['https://ai.google.dev/gemini-api/docs/openai', 'https://github.com/THU-MAIC/OpenMAIC/issues/1556'],
    usage: 'usage',
    tools: 'id',
  },
  {
    name: 'Moonshot',
    baseURL: 'https://api.moonshot.ai/v1',
    provider: 'moonshot_ai',
    sources: [
      'https://github.com/northes/go-moonshot/issues/17',
      'https://github.com/Bike4Mind/bike4mind/pull/1089',
      'https://www.lava.so/docs/reference/providers/moonshot',
    ],
    usage: 'choices.0.usage',
    cached: 'choices.0.usage.cached_tokens',
    reasoning: 'choices.0.message.reasoning_content',
    tools: 'index',
  },
  {
    name: 'Amazon Bedrock',
    baseURL: 'https://bedrock-mantle.us-east-1.api.aws/v1',
    provider: 'aws.bedrock',
    sources: ['https://docs.aws.amazon.com/bedrock/latest/userguide/inference-chat-completions-mantle.html'],
    usage: 'usage',
    tools: 'index',
  },
  {
    name: 'watsonx.ai',
    baseURL: 'https://us-south.ml.cloud.ibm.com/ml/v1',
    provider: 'ibm.watsonx.ai',
    sources: ['https://ibm.github.io/watsonx-ai-node-sdk/interfaces/1_7_x.gateway.ChatsResponse.html'],
    usage: 'usage',
    tools: 'index',
  },
  {
    name: 'Anthropic',
    baseURL: 'https://api.anthropic.com/v1/',
    provider: 'anthropic',
    sources: ['https://platform.claude.com/docs/en/api/openai-sdk'],
    usage: 'usage',
    tools: 'index',
  },
  {
    name: 'Cerebras',
    baseURL: 'https://api.cerebras.ai/v1',
    provider: 'cerebras',
    sources: [
      'https://inference-docs.cerebras.ai/capabilities/prompt-caching',
      'https://www.npmjs.com/package/@cerebras/cerebras_cloud_sdk',
    ],
    usage: 'usage',
    cached: DETAILS,
    reasoning: 'choices.0.message.reasoning',
    reasoningTokens: REASONING_TOKENS,
    tools: 'index',
  },
  {
    name: 'OpenRouter',
    baseURL: 'https://openrouter.ai/api/v1',
    provider: 'openrouter',
    sources: [
      'https://github.com/braintrustdata/braintrust-sdk-javascript/issues/1883',
      'https://www.openrouter.ai/docs/use-cases/usage-accounting',
      'https://openrouter.ai/docs/api/reference/errors-and-debugging',
    ],
    usage: 'usage',
    cached: DETAILS,
    reasoning: 'choices.0.message.reasoning_details.0.text',
    reasoningTokens: REASONING_TOKENS,
    cost: 'usage.cost',
    tools: 'index',
    error: 'choices.0.error',
  },
  {
    name: 'Together AI',
    baseURL: 'https://api.together.ai/v1',
    provider: 'together_ai',
    sources: ['https://www.npmjs.com/package/together-ai'],
    usage: 'usage',
    reasoning: 'choices.0.message.reasoning',
    tools: 'index',
  },
  {
    name: 'Fireworks AI',
    baseURL: 'https://api.fireworks.ai/inference/v1',
    provider: 'fireworks_ai',
    sources: [
      'https://docs.fireworks.ai/guides/prompt-caching.md',
      'https://docs.stigg.io/documentation/ai-agents/providers/fireworks.md',
    ],
    usage: 'usage',
    cached: DETAILS,
    tools: 'index',
  },
  {
    name: 'Ollama',
    baseURL: 'http://localhost:11434/v1',
    provider: 'ollama',
    sources: ['https://github.com/ollama/ollama/blob/main/openai/openai.go'],
    usage: 'usage',
    reasoning: 'choices.0.message.reasoning',
    tools: 'index',
  },
  {
    name: 'vLLM',
    baseURL: 'http://gpu:8000/v1',
    provider: 'openai',
    sources: ['https://github.com/vllm-project/vllm/blob/main/vllm/entrypoints/openai/engine/serving.py'],
    usage: 'usage',
    cached: DETAILS,
    reasoning: 'choices.0.message.reasoning',
    tools: 'index',
    error: 'error',
  },
  {
    name: 'SGLang',
    baseURL: 'http://gpu:30000/v1',
    provider: 'openai',
    sources: ['https://github.com/sgl-project/sglang/blob/main/python/sglang/srt/entrypoints/openai/serving_base.py'],
    usage: 'usage',
    cached: DETAILS,
    reasoning: 'choices.0.message.reasoning_content',
    reasoningTokens: 'usage.reasoning_tokens',
    tools: 'index',
    error: 'error',
  },
  {
    name: 'llama.cpp',
    baseURL: 'http://gpu:8080/v1',
    provider: 'openai',
    sources: ['https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md'],
    usage: 'usage',
    cached: 'timings.cache_n',
    reasoning: 'choices.0.message.reasoning_content',
    tools: 'index',
  },
  {
    name: 'LiteLLM',
    baseURL: 'http://proxy:4000/v1',
    provider: 'openai',
    sources: [
      'https://litellm.vercel.app/docs/completion/prompt_caching',
      'https://docs.litellm.ai/docs/reasoning_content',
    ],
    usage: 'usage',
    cached: DETAILS,
    reasoning: 'choices.0.message.thinking_blocks.0.thinking',
    reasoningTokens: REASONING_TOKENS,
    tools: 'index',
  },
];
