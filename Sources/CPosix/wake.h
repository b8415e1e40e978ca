/* The pipe that a signal writes to; -1 before hansa_signals_install. Between the files of this target only. */
#pragma once
int hansa_wake_descriptor(void);
