export { Live as LiveRoute } from '../see/live.js';
