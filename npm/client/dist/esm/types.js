// The types of the client. `refract types` writes what they are applied to.
export {};
