/// What the documents for users show, compiled and run.
package dev.catena.spec.guide;
