export { type StartedStack, startStack } from './stack/start-stack.js';
export { steps } from './story/chapters.js';
export { tell } from './story/story.js';
