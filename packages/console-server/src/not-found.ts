/** Returns the error of a path that leads nowhere. The API answers it as it answers other unknown routes. */
export const notFound = (): Error => Object.assign(new Error('There is nothing at this path'), { statusCode: 404 });
