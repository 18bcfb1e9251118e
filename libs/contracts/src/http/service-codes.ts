import type { Codes } from './codes.js';
import { controlCodes } from './codes-control.js';
import { dataCodes } from './codes-data.js';
import { platformCodes } from './codes-platform.js';

export { loggedCodes } from './codes-platform.js';

/** Every code that a service may answer with. `npm run generate` compares them with the code of the services. */
export const serviceCodes: Codes = { ...platformCodes, ...controlCodes, ...dataCodes };
