/* Readiness probes, evaluated against what the pod's containers really do. */
#ifndef CONTROL_PROBE_H
#define CONTROL_PROBE_H

#include "api/view.h"

/* NULL: no probe, ready as soon as it runs. */
bool probe_passes(const struct pod *pod, const struct value *container, const struct value *probe);

#endif
