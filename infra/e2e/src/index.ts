export { tell } from './story/story.js';
