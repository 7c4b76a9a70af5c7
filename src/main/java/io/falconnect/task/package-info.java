/**
 * What source and sink tasks have in common: the queue between the threads that speak to fal and
 * the thread that decides, metrics, warnings at a bounded rate, and JSON as Connect knows it.
 */
package io.falconnect.task;
