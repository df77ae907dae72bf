/*
 * The additionalPrinterColumns of the Gateway API's definitions, v1.2.1: X(type, name, JSONPath, priority); what has a
 * priority is shown by -o wide only.
 */
#ifndef API_PRINTER_COLUMNS_H
#define API_PRINTER_COLUMNS_H

#define PRINTER_COLUMNS_GATEWAY(X) \
	X(string, "Class", ".spec.gatewayClassName", 0) \
	X(string, "Address", ".status.addresses[*].value", 0) \
	X(string, "Programmed", ".status.conditions[?(@.type==\"Programmed\")].status", 0) \
	X(date, "Age", ".metadata.creationTimestamp", 0)
#define PRINTER_COLUMNS_GATEWAYCLASS(X) \
	X(string, "Controller", ".spec.controllerName", 0) \
	X(string, "Accepted", ".status.conditions[?(@.type==\"Accepted\")].status", 0) \
	X(date, "Age", ".metadata.creationTimestamp", 0) \
	X(string, "Description", ".spec.description", 1)
#define PRINTER_COLUMNS_GRPCROUTE(X) \
	X(string, "Hostnames", ".spec.hostnames", 0) \
	X(date, "Age", ".metadata.creationTimestamp", 0)
#define PRINTER_COLUMNS_HTTPROUTE(X) \
	X(string, "Hostnames", ".spec.hostnames", 0) \
	X(date, "Age", ".metadata.creationTimestamp", 0)
#define PRINTER_COLUMNS_REFERENCEGRANT(X) \
	X(date, "Age", ".metadata.creationTimestamp", 0)

#endif
