"use strict";
// The types of the client. `refract types` writes what they are applied to.
Object.defineProperty(exports, "__esModule", { value: true });
