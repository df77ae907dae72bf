/*
 * Services as YAML and what a real v1.32 API server said to their creation, one after the other on one cluster:
 * transcripts of a real v1.32 API server.  text "" is: created.  The first group was applied; the second,
 * upstream's own validation cases, was a dry run each.
 */
static const struct service_case {
	const char *name;
	bool dry_run;
	const char *body, *text, *warning;
} service_cases[] = {
	{ "base-np", false,
		"{apiVersion: v1, kind: Service, metadata: {name: base-np}, spec: {type: NodePort, "
		"clusterIP: 10.96.100.100, ports: [{port: 80, nodePort: 30100}]}}",
		"",
		"" },
	{ "noname2", false,
		"{apiVersion: v1, kind: Service, metadata: {name: noname2}, spec: {ports: [{port: 80}, "
		"{port: 443}]}}",
		"Service \"noname2\" is invalid: [spec.ports[0].name: Required value, spec.ports[1].name: "
		"Required value]",
		"" },
	{ "onenamed", false,
		"{apiVersion: v1, kind: Service, metadata: {name: onenamed}, spec: {ports: [{name: http, "
		"port: 80}, {port: 443}]}}",
		"Service \"onenamed\" is invalid: spec.ports[1].name: Required value",
		"" },
	{ "dupname", false,
		"{apiVersion: v1, kind: Service, metadata: {name: dupname}, spec: {ports: [{name: http, "
		"port: 80}, {name: http, port: 81}]}}",
		"Service \"dupname\" is invalid: spec.ports[1].name: Duplicate value: \"http\"",
		"" },
	{ "dupport", false,
		"{apiVersion: v1, kind: Service, metadata: {name: dupport}, spec: {ports: [{name: a, port: "
		"80}, {name: b, port: 80}]}}",
		"Service \"dupport\" is invalid: spec.ports[1]: Duplicate value: core.ServicePort{Name:\"\", "
		"Protocol:\"TCP\", AppProtocol:(*string)(nil), Port:80, "
		"TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:\"\"}, NodePort:0}",
		"" },
	{ "sameport-udp", false,
		"{apiVersion: v1, kind: Service, metadata: {name: sameport-udp}, spec: {ports: [{name: a, "
		"port: 80}, {name: b, port: 80, protocol: UDP}]}}",
		"",
		"" },
	{ "np-low", false,
		"{apiVersion: v1, kind: Service, metadata: {name: np-low}, spec: {type: NodePort, ports: "
		"[{port: 80, nodePort: 8080}]}}",
		"Service \"np-low\" is invalid: spec.ports[0].nodePort: Invalid value: 8080: provided port "
		"is not in the valid range. The range of valid ports is 30000-32767",
		"" },
	{ "np-high", false,
		"{apiVersion: v1, kind: Service, metadata: {name: np-high}, spec: {type: NodePort, ports: "
		"[{port: 80, nodePort: 32768}]}}",
		"Service \"np-high\" is invalid: spec.ports[0].nodePort: Invalid value: 32768: provided port "
		"is not in the valid range. The range of valid ports is 30000-32767",
		"" },
	{ "np-70000", false,
		"{apiVersion: v1, kind: Service, metadata: {name: np-70000}, spec: {type: NodePort, ports: "
		"[{port: 80, nodePort: 70000}]}}",
		"Service \"np-70000\" is invalid: spec.ports[0].nodePort: Invalid value: 70000: provided "
		"port is not in the valid range. The range of valid ports is 30000-32767",
		"" },
	{ "np-neg", false,
		"{apiVersion: v1, kind: Service, metadata: {name: np-neg}, spec: {type: NodePort, ports: "
		"[{port: 80, nodePort: -1}]}}",
		"Service \"np-neg\" is invalid: spec.ports[0].nodePort: Invalid value: -1: provided port is "
		"not in the valid range. The range of valid ports is 30000-32767",
		"" },
	{ "np-taken", false,
		"{apiVersion: v1, kind: Service, metadata: {name: np-taken}, spec: {type: NodePort, ports: "
		"[{port: 80, nodePort: 30100}]}}",
		"Service \"np-taken\" is invalid: spec.ports[0].nodePort: Invalid value: 30100: provided "
		"port is already allocated",
		"" },
	{ "np-taken-udp", false,
		"{apiVersion: v1, kind: Service, metadata: {name: np-taken-udp}, spec: {type: NodePort, "
		"ports: [{port: 80, nodePort: 30100, protocol: UDP}]}}",
		"Service \"np-taken-udp\" is invalid: spec.ports[0].nodePort: Invalid value: 30100: provided "
		"port is already allocated",
		"" },
	{ "np-dup-self", false,
		"{apiVersion: v1, kind: Service, metadata: {name: np-dup-self}, spec: {type: NodePort, "
		"ports: [{name: a, port: 80, nodePort: 30101}, {name: b, port: 81, nodePort: 30101}]}}",
		"Service \"np-dup-self\" is invalid: spec.ports[1].nodePort: Invalid value: 30101: provided "
		"port is already allocated",
		"" },
	{ "np-on-clusterip", false,
		"{apiVersion: v1, kind: Service, metadata: {name: np-on-clusterip}, spec: {type: ClusterIP, "
		"ports: [{port: 80, nodePort: 30102}]}}",
		"Service \"np-on-clusterip\" is invalid: spec.ports[0].nodePort: Forbidden: may not be used "
		"when `type` is 'ClusterIP'",
		"" },
	{ "np-on-default", false,
		"{apiVersion: v1, kind: Service, metadata: {name: np-on-default}, spec: {ports: [{port: 80, "
		"nodePort: 30103}]}}",
		"Service \"np-on-default\" is invalid: spec.ports[0].nodePort: Forbidden: may not be used "
		"when `type` is 'ClusterIP'",
		"" },
	{ "np-string", false,
		"{apiVersion: v1, kind: Service, metadata: {name: np-string}, spec: {type: NodePort, ports: "
		"[{port: 80, nodePort: '30104'}]}}",
		"Service in version \"v1\" cannot be handled as a Service: json: cannot unmarshal string "
		"into Go struct field ServicePort.spec.ports.nodePort of type int32",
		"" },
	{ "ip-out", false,
		"{apiVersion: v1, kind: Service, metadata: {name: ip-out}, spec: {clusterIP: 172.16.0.1, "
		"ports: [{port: 80}]}}",
		"Service \"ip-out\" is invalid: spec.clusterIPs: Invalid value: []string{\"172.16.0.1\"}: "
		"failed to allocate IP 172.16.0.1: the provided IP (172.16.0.1) is not in the valid range. "
		"The range of valid IPs is 10.96.0.0/12",
		"" },
	{ "ip-taken", false,
		"{apiVersion: v1, kind: Service, metadata: {name: ip-taken}, spec: {clusterIP: "
		"10.96.100.100, ports: [{port: 80}]}}",
		"Service \"ip-taken\" is invalid: spec.clusterIPs: Invalid value: "
		"[]string{\"10.96.100.100\"}: failed to allocate IP 10.96.100.100: provided IP is already "
		"allocated",
		"" },
	{ "ip-kubernetes", false,
		"{apiVersion: v1, kind: Service, metadata: {name: ip-kubernetes}, spec: {clusterIP: "
		"10.96.0.1, ports: [{port: 80}]}}",
		"Service \"ip-kubernetes\" is invalid: spec.clusterIPs: Invalid value: "
		"[]string{\"10.96.0.1\"}: failed to allocate IP 10.96.0.1: provided IP is already allocated",
		"" },
	{ "ip-network", false,
		"{apiVersion: v1, kind: Service, metadata: {name: ip-network}, spec: {clusterIP: 10.96.0.0, "
		"ports: [{port: 80}]}}",
		"Service \"ip-network\" is invalid: spec.clusterIPs: Invalid value: []string{\"10.96.0.0\"}: "
		"failed to allocate IP 10.96.0.0: the provided IP (10.96.0.0) is not in the valid range. The "
		"range of valid IPs is 10.96.0.0/12",
		"" },
	{ "ip-broadcast", false,
		"{apiVersion: v1, kind: Service, metadata: {name: ip-broadcast}, spec: {clusterIP: "
		"10.111.255.255, ports: [{port: 80}]}}",
		"Service \"ip-broadcast\" is invalid: spec.clusterIPs: Invalid value: "
		"[]string{\"10.111.255.255\"}: failed to allocate IP 10.111.255.255: the provided IP "
		"(10.111.255.255) is not in the valid range. The range of valid IPs is 10.96.0.0/12",
		"" },
	{ "ip-bad", false,
		"{apiVersion: v1, kind: Service, metadata: {name: ip-bad}, spec: {clusterIP: 10.96.1.256, "
		"ports: [{port: 80}]}}",
		"Service \"ip-bad\" is invalid: spec.clusterIPs[0]: Invalid value: \"10.96.1.256\": must be "
		"a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
		"" },
	{ "ip-v6", false,
		"{apiVersion: v1, kind: Service, metadata: {name: ip-v6}, spec: {clusterIP: 'fd00::1', "
		"ports: [{port: 80}]}}",
		"Service \"ip-v6\" is invalid: spec.clusterIPs[0]: Invalid value: []string{\"fd00::1\"}: "
		"IPv6 is not configured on this cluster",
		"" },
	{ "ip-none-lower", false,
		"{apiVersion: v1, kind: Service, metadata: {name: ip-none-lower}, spec: {clusterIP: none, "
		"ports: [{port: 80}]}}",
		"Service \"ip-none-lower\" is invalid: spec.clusterIPs[0]: Invalid value: \"none\": must be "
		"a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
		"" },
	{ "Bad-Name", false,
		"{apiVersion: v1, kind: Service, metadata: {name: Bad-Name}, spec: {ports: [{port: 80}]}}",
		"Service \"Bad-Name\" is invalid: metadata.name: Invalid value: \"Bad-Name\": a DNS-1035 "
		"label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
		"character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex "
		"used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
		"" },
	{ "bad_name", false,
		"{apiVersion: v1, kind: Service, metadata: {name: bad_name}, spec: {ports: [{port: 80}]}}",
		"Service \"bad_name\" is invalid: metadata.name: Invalid value: \"bad_name\": a DNS-1035 "
		"label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
		"character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex "
		"used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
		"" },
	{ "1starts-digit", false,
		"{apiVersion: v1, kind: Service, metadata: {name: 1starts-digit}, spec: {ports: [{port: "
		"80}]}}",
		"Service \"1starts-digit\" is invalid: metadata.name: Invalid value: \"1starts-digit\": a "
		"DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
		"alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or "
		"'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
		"" },
	{ "ends-dash-", false,
		"{apiVersion: v1, kind: Service, metadata: {name: ends-dash-}, spec: {ports: [{port: 80}]}}",
		"Service \"ends-dash-\" is invalid: metadata.name: Invalid value: \"ends-dash-\": a DNS-1035 "
		"label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
		"character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex "
		"used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
		"" },
	{ "has.dot", false,
		"{apiVersion: v1, kind: Service, metadata: {name: has.dot}, spec: {ports: [{port: 80}]}}",
		"Service \"has.dot\" is invalid: metadata.name: Invalid value: \"has.dot\": a DNS-1035 label "
		"must consist of lower case alphanumeric characters or '-', start with an alphabetic "
		"character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex "
		"used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
		"" },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false,
		"{apiVersion: v1, kind: Service, metadata: {name: "
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}, spec: {ports: "
		"[{port: 80}]}}",
		"Service \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" is "
		"invalid: metadata.name: Invalid value: "
		"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\": must be no more "
		"than 63 characters",
		"" },
	{ "port0", false,
		"{apiVersion: v1, kind: Service, metadata: {name: port0}, spec: {ports: [{port: 0}]}}",
		"Service \"port0\" is invalid: [spec.ports[0].port: Invalid value: 0: must be between 1 and "
		"65535, inclusive, spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, "
		"inclusive]",
		"" },
	{ "port70000", false,
		"{apiVersion: v1, kind: Service, metadata: {name: port70000}, spec: {ports: [{port: 70000}]}}",
		"Service \"port70000\" is invalid: [spec.ports[0].port: Invalid value: 70000: must be "
		"between 1 and 65535, inclusive, spec.ports[0].targetPort: Invalid value: 70000: must be "
		"between 1 and 65535, inclusive]",
		"" },
	{ "portneg", false,
		"{apiVersion: v1, kind: Service, metadata: {name: portneg}, spec: {ports: [{port: -1}]}}",
		"Service \"portneg\" is invalid: [spec.ports[0].port: Invalid value: -1: must be between 1 "
		"and 65535, inclusive, spec.ports[0].targetPort: Invalid value: -1: must be between 1 and "
		"65535, inclusive]",
		"" },
	{ "port-string", false,
		"{apiVersion: v1, kind: Service, metadata: {name: port-string}, spec: {ports: [{port: "
		"'80'}]}}",
		"Service in version \"v1\" cannot be handled as a Service: json: cannot unmarshal string "
		"into Go struct field ServicePort.spec.ports.port of type int32",
		"" },
	{ "port-word", false,
		"{apiVersion: v1, kind: Service, metadata: {name: port-word}, spec: {ports: [{port: http}]}}",
		"Service in version \"v1\" cannot be handled as a Service: json: cannot unmarshal string "
		"into Go struct field ServicePort.spec.ports.port of type int32",
		"" },
	{ "port-float", false,
		"{apiVersion: v1, kind: Service, metadata: {name: port-float}, spec: {ports: [{port: 80.5}]}}",
		"Service in version \"v1\" cannot be handled as a Service: json: cannot unmarshal number "
		"80.5 into Go struct field ServicePort.spec.ports.port of type int32",
		"" },
	{ "port-missing", false,
		"{apiVersion: v1, kind: Service, metadata: {name: port-missing}, spec: {ports: [{targetPort: "
		"80}]}}",
		"Service \"port-missing\" is invalid: spec.ports[0].port: Invalid value: 0: must be between "
		"1 and 65535, inclusive",
		"" },
	{ "ports-empty", false,
		"{apiVersion: v1, kind: Service, metadata: {name: ports-empty}, spec: {ports: []}}",
		"Service \"ports-empty\" is invalid: spec.ports: Required value",
		"" },
	{ "ports-none", false,
		"{apiVersion: v1, kind: Service, metadata: {name: ports-none}, spec: {selector: {app: x}}}",
		"Service \"ports-none\" is invalid: spec.ports: Required value",
		"" },
	{ "ports-map", false,
		"{apiVersion: v1, kind: Service, metadata: {name: ports-map}, spec: {ports: {port: 80}}}",
		"Service in version \"v1\" cannot be handled as a Service: json: cannot unmarshal object "
		"into Go struct field ServiceSpec.spec.ports of type []v1.ServicePort",
		"" },
	{ "tp0", false,
		"{apiVersion: v1, kind: Service, metadata: {name: tp0}, spec: {ports: [{port: 80, "
		"targetPort: 0}]}}",
		"",
		"" },
	{ "tp70000", false,
		"{apiVersion: v1, kind: Service, metadata: {name: tp70000}, spec: {ports: [{port: 80, "
		"targetPort: 70000}]}}",
		"Service \"tp70000\" is invalid: spec.ports[0].targetPort: Invalid value: 70000: must be "
		"between 1 and 65535, inclusive",
		"" },
	{ "tp-str-num", false,
		"{apiVersion: v1, kind: Service, metadata: {name: tp-str-num}, spec: {ports: [{port: 80, "
		"targetPort: '8080'}]}}",
		"Service \"tp-str-num\" is invalid: spec.ports[0].targetPort: Invalid value: \"8080\": must "
		"contain at least one letter (a-z)",
		"" },
	{ "tp-badname", false,
		"{apiVersion: v1, kind: Service, metadata: {name: tp-badname}, spec: {ports: [{port: 80, "
		"targetPort: HTTP_PORT}]}}",
		"Service \"tp-badname\" is invalid: [spec.ports[0].targetPort: Invalid value: \"HTTP_PORT\": "
		"must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-), "
		"spec.ports[0].targetPort: Invalid value: \"HTTP_PORT\": must contain at least one letter "
		"(a-z)]",
		"" },
	{ "tp-longname", false,
		"{apiVersion: v1, kind: Service, metadata: {name: tp-longname}, spec: {ports: [{port: 80, "
		"targetPort: abcdefghijklmnopq}]}}",
		"Service \"tp-longname\" is invalid: spec.ports[0].targetPort: Invalid value: "
		"\"abcdefghijklmnopq\": must be no more than 15 characters",
		"" },
	{ "tp-empty", false,
		"{apiVersion: v1, kind: Service, metadata: {name: tp-empty}, spec: {ports: [{port: 80, "
		"targetPort: ''}]}}",
		"",
		"" },
	{ "pname-upper", false,
		"{apiVersion: v1, kind: Service, metadata: {name: pname-upper}, spec: {ports: [{name: HTTP, "
		"port: 80}]}}",
		"Service \"pname-upper\" is invalid: spec.ports[0].name: Invalid value: \"HTTP\": a "
		"lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
		"must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex "
		"used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
		"" },
	{ "pname-under", false,
		"{apiVersion: v1, kind: Service, metadata: {name: pname-under}, spec: {ports: [{name: "
		"my_port, port: 80}]}}",
		"Service \"pname-under\" is invalid: spec.ports[0].name: Invalid value: \"my_port\": a "
		"lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
		"must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex "
		"used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
		"" },
	{ "pname-long", false,
		"{apiVersion: v1, kind: Service, metadata: {name: pname-long}, spec: {ports: [{name: "
		"abcdefghijklmnopqrstuvwxyz, port: 80}]}}",
		"",
		"" },
	{ "pname-longest", false,
		"{apiVersion: v1, kind: Service, metadata: {name: pname-longest}, spec: {ports: [{name: "
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, port: 80}]}}",
		"Service \"pname-longest\" is invalid: spec.ports[0].name: Invalid value: "
		"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\": must be no more "
		"than 63 characters",
		"" },
	{ "unknown-field", false,
		"{apiVersion: v1, kind: Service, metadata: {name: unknown-field}, spec: {ports: [{port: 80, "
		"targetport: 8080}]}}",
		"Service in version \"v1\" cannot be handled as a Service: strict decoding error: unknown "
		"field \"spec.ports[0].targetport\"",
		"" },
	{ "unknown-field2", false,
		"{apiVersion: v1, kind: Service, metadata: {name: unknown-field2}, spec: {selectors: {app: "
		"web}, ports: [{port: 80}]}}",
		"Service in version \"v1\" cannot be handled as a Service: strict decoding error: unknown "
		"field \"spec.selectors\"",
		"" },
	{ "unknown-both", false,
		"{apiVersion: v1, kind: Service, metadata: {name: unknown-both}, spec: {selectors: {app: "
		"web}, ports: [{port: 80, containerPort: 80}], typo: 1}}",
		"Service in version \"v1\" cannot be handled as a Service: strict decoding error: unknown "
		"field \"spec.ports[0].containerPort\", unknown field \"spec.selectors\", unknown field "
		"\"spec.typo\"",
		"" },
	{ "proto-bad", false,
		"{apiVersion: v1, kind: Service, metadata: {name: proto-bad}, spec: {ports: [{port: 80, "
		"protocol: HTTP}]}}",
		"Service \"proto-bad\" is invalid: spec.ports[0].protocol: Unsupported value: \"HTTP\": "
		"supported values: \"SCTP\", \"TCP\", \"UDP\"",
		"" },
	{ "proto-lower", false,
		"{apiVersion: v1, kind: Service, metadata: {name: proto-lower}, spec: {ports: [{port: 80, "
		"protocol: tcp}]}}",
		"Service \"proto-lower\" is invalid: spec.ports[0].protocol: Unsupported value: \"tcp\": "
		"supported values: \"SCTP\", \"TCP\", \"UDP\"",
		"" },
	{ "sel-badval", false,
		"{apiVersion: v1, kind: Service, metadata: {name: sel-badval}, spec: {selector: {app: my "
		"app}, ports: [{port: 80}]}}",
		"Service \"sel-badval\" is invalid: spec.selector: Invalid value: \"my app\": a valid label "
		"must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
		"start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', "
		"regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
		"" },
	{ "sel-badkey", false,
		"{apiVersion: v1, kind: Service, metadata: {name: sel-badkey}, spec: {selector: {app name: "
		"web}, ports: [{port: 80}]}}",
		"Service \"sel-badkey\" is invalid: spec.selector: Invalid value: \"app name\": name part "
		"must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
		"alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
		"validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
		"" },
	{ "sel-num", false,
		"{apiVersion: v1, kind: Service, metadata: {name: sel-num}, spec: {selector: {app: 5}, "
		"ports: [{port: 80}]}}",
		"Service in version \"v1\" cannot be handled as a Service: json: cannot unmarshal number "
		"into Go struct field ServiceSpec.spec.selector of type string",
		"" },
	{ "sel-matchlabels", false,
		"{apiVersion: v1, kind: Service, metadata: {name: sel-matchlabels}, spec: {selector: "
		"{matchLabels: {app: web}}, ports: [{port: 80}]}}",
		"Service in version \"v1\" cannot be handled as a Service: json: cannot unmarshal object "
		"into Go struct field ServiceSpec.spec.selector of type string",
		"" },
	{ "sel-list", false,
		"{apiVersion: v1, kind: Service, metadata: {name: sel-list}, spec: {selector: [app, web], "
		"ports: [{port: 80}]}}",
		"Service in version \"v1\" cannot be handled as a Service: json: cannot unmarshal array into "
		"Go struct field ServiceSpec.spec.selector of type map[string]string",
		"" },
	{ "type-bad", false,
		"{apiVersion: v1, kind: Service, metadata: {name: type-bad}, spec: {type: Nodeport, ports: "
		"[{port: 80}]}}",
		"Service \"type-bad\" is invalid: spec.type: Unsupported value: \"Nodeport\": supported "
		"values: \"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\"",
		"" },
	{ "type-foo", false,
		"{apiVersion: v1, kind: Service, metadata: {name: type-foo}, spec: {type: Foo, ports: "
		"[{port: 80}]}}",
		"Service \"type-foo\" is invalid: spec.type: Unsupported value: \"Foo\": supported values: "
		"\"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\"",
		"" },
	{ "en-none", false,
		"{apiVersion: v1, kind: Service, metadata: {name: en-none}, spec: {type: ExternalName}}",
		"Service \"en-none\" is invalid: spec.externalName: Required value",
		"" },
	{ "en-badname", false,
		"{apiVersion: v1, kind: Service, metadata: {name: en-badname}, spec: {type: ExternalName, "
		"externalName: Bad_Name!}}",
		"Service \"en-badname\" is invalid: spec.externalName: Invalid value: \"Bad_Name!\": a "
		"lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
		"'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
		"for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
		"" },
	{ "en-url", false,
		"{apiVersion: v1, kind: Service, metadata: {name: en-url}, spec: {type: ExternalName, "
		"externalName: 'http://example.com'}}",
		"Service \"en-url\" is invalid: spec.externalName: Invalid value: \"http://example.com\": a "
		"lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
		"'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
		"for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
		"" },
	{ "en-ip", false,
		"{apiVersion: v1, kind: Service, metadata: {name: en-ip}, spec: {type: ExternalName, "
		"externalName: 10.1.2.3}}",
		"",
		"" },
	{ "en-clusterip", false,
		"{apiVersion: v1, kind: Service, metadata: {name: en-clusterip}, spec: {type: ExternalName, "
		"externalName: a.example.com, clusterIP: 10.96.3.3}}",
		"Service \"en-clusterip\" is invalid: spec.clusterIPs: Forbidden: may not be set for "
		"ExternalName services",
		"" },
	{ "en-none-ip", false,
		"{apiVersion: v1, kind: Service, metadata: {name: en-none-ip}, spec: {type: ExternalName, "
		"externalName: a.example.com, clusterIP: None}}",
		"Service \"en-none-ip\" is invalid: spec.clusterIPs: Forbidden: may not be set for "
		"ExternalName services",
		"" },
	{ "en-trail-dot", false,
		"{apiVersion: v1, kind: Service, metadata: {name: en-trail-dot}, spec: {type: ExternalName, "
		"externalName: a.example.com.}}",
		"",
		"" },
	{ "en-on-clusterip", false,
		"{apiVersion: v1, kind: Service, metadata: {name: en-on-clusterip}, spec: {externalName: "
		"a.example.com, ports: [{port: 80}]}}",
		"",
		"spec.externalName is ignored when spec.type is not \"ExternalName\"" },
	{ "hl-nodeport", false,
		"{apiVersion: v1, kind: Service, metadata: {name: hl-nodeport}, spec: {type: NodePort, "
		"clusterIP: None, ports: [{port: 80}]}}",
		"Service \"hl-nodeport\" is invalid: spec.clusterIPs[0]: Invalid value: \"None\": may not be "
		"set to 'None' for NodePort services",
		"" },
	{ "hl-lb", false,
		"{apiVersion: v1, kind: Service, metadata: {name: hl-lb}, spec: {type: LoadBalancer, "
		"clusterIP: None, ports: [{port: 80}]}}",
		"Service \"hl-lb\" is invalid: spec.clusterIPs[0]: Invalid value: \"None\": may not be set "
		"to 'None' for LoadBalancer services",
		"" },
	{ "lb-badcidr", false,
		"{apiVersion: v1, kind: Service, metadata: {name: lb-badcidr}, spec: {type: LoadBalancer, "
		"loadBalancerSourceRanges: [10.0.0.0], ports: [{port: 80}]}}",
		"Service \"lb-badcidr\" is invalid: spec.LoadBalancerSourceRanges[0]: Invalid value: "
		"\"10.0.0.0\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
		"" },
	{ "lb-badcidr2", false,
		"{apiVersion: v1, kind: Service, metadata: {name: lb-badcidr2}, spec: {type: LoadBalancer, "
		"loadBalancerSourceRanges: [10.0.0.0/33, abc], ports: [{port: 80}]}}",
		"Service \"lb-badcidr2\" is invalid: [spec.LoadBalancerSourceRanges[0]: Invalid value: "
		"\"10.0.0.0/33\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64), "
		"spec.LoadBalancerSourceRanges[1]: Invalid value: \"abc\": must be a valid CIDR value, (e.g. "
		"10.9.8.0/24 or 2001:db8::/64)]",
		"" },
	{ "lbsr-on-clusterip", false,
		"{apiVersion: v1, kind: Service, metadata: {name: lbsr-on-clusterip}, spec: "
		"{loadBalancerSourceRanges: [10.0.0.0/8], ports: [{port: 80}]}}",
		"Service \"lbsr-on-clusterip\" is invalid: spec.LoadBalancerSourceRanges: Forbidden: may "
		"only be used when `type` is 'LoadBalancer'",
		"" },
	{ "lbclass-on-clusterip", false,
		"{apiVersion: v1, kind: Service, metadata: {name: lbclass-on-clusterip}, spec: "
		"{loadBalancerClass: example.com/foo, ports: [{port: 80}]}}",
		"Service \"lbclass-on-clusterip\" is invalid: spec.loadBalancerClass: Forbidden: may only be "
		"used when `type` is 'LoadBalancer'",
		"" },
	{ "alloc-on-clusterip", false,
		"{apiVersion: v1, kind: Service, metadata: {name: alloc-on-clusterip}, spec: "
		"{allocateLoadBalancerNodePorts: false, ports: [{port: 80}]}}",
		"Service \"alloc-on-clusterip\" is invalid: spec.allocateLoadBalancerNodePorts: Forbidden: "
		"may only be used when `type` is 'LoadBalancer'",
		"" },
	{ "lbip-on-clusterip", false,
		"{apiVersion: v1, kind: Service, metadata: {name: lbip-on-clusterip}, spec: {loadBalancerIP: "
		"1.2.3.4, ports: [{port: 80}]}}",
		"",
		"" },
	{ "etp-on-clusterip", false,
		"{apiVersion: v1, kind: Service, metadata: {name: etp-on-clusterip}, spec: "
		"{externalTrafficPolicy: Local, ports: [{port: 80}]}}",
		"Service \"etp-on-clusterip\" is invalid: spec.externalTrafficPolicy: Invalid value: "
		"\"Local\": may only be set for externally-accessible services",
		"" },
	{ "etp-bad", false,
		"{apiVersion: v1, kind: Service, metadata: {name: etp-bad}, spec: {type: NodePort, "
		"externalTrafficPolicy: Foo, ports: [{port: 80}]}}",
		"Service \"etp-bad\" is invalid: spec.externalTrafficPolicy: Unsupported value: \"Foo\": "
		"supported values: \"Cluster\", \"Local\"",
		"" },
	{ "itp-bad", false,
		"{apiVersion: v1, kind: Service, metadata: {name: itp-bad}, spec: {internalTrafficPolicy: "
		"Foo, ports: [{port: 80}]}}",
		"Service \"itp-bad\" is invalid: spec.internalTrafficPolicy: Unsupported value: \"Foo\": "
		"supported values: \"Cluster\", \"Local\"",
		"" },
	{ "hcnp-on-cluster", false,
		"{apiVersion: v1, kind: Service, metadata: {name: hcnp-on-cluster}, spec: {type: "
		"LoadBalancer, healthCheckNodePort: 31000, ports: [{port: 80}]}}",
		"Service \"hcnp-on-cluster\" is invalid: spec.healthCheckNodePort: Invalid value: 31000: may "
		"only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
		"" },
	{ "hcnp-bad", false,
		"{apiVersion: v1, kind: Service, metadata: {name: hcnp-bad}, spec: {type: LoadBalancer, "
		"externalTrafficPolicy: Local, healthCheckNodePort: 80, ports: [{port: 80}]}}",
		"Internal error occurred: failed to allocate requested HealthCheck NodePort 80: provided "
		"port is not in the valid range. The range of valid ports is 30000-32767",
		"" },
	{ "sa-bad", false,
		"{apiVersion: v1, kind: Service, metadata: {name: sa-bad}, spec: {sessionAffinity: Cookie, "
		"ports: [{port: 80}]}}",
		"Service \"sa-bad\" is invalid: spec.sessionAffinity: Unsupported value: \"Cookie\": "
		"supported values: \"ClientIP\", \"None\"",
		"" },
	{ "sa-timeout0", false,
		"{apiVersion: v1, kind: Service, metadata: {name: sa-timeout0}, spec: {sessionAffinity: "
		"ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 0}}, ports: [{port: 80}]}}",
		"Service \"sa-timeout0\" is invalid: spec.sessionAffinityConfig.clientIP.timeoutSeconds: "
		"Invalid value: 0: must be greater than 0 and less than 86400",
		"" },
	{ "sa-timeoutbig", false,
		"{apiVersion: v1, kind: Service, metadata: {name: sa-timeoutbig}, spec: {sessionAffinity: "
		"ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 86401}}, ports: [{port: 80}]}}",
		"Service \"sa-timeoutbig\" is invalid: spec.sessionAffinityConfig.clientIP.timeoutSeconds: "
		"Invalid value: 86401: must be greater than 0 and less than 86400",
		"" },
	{ "sa-cfg-none", false,
		"{apiVersion: v1, kind: Service, metadata: {name: sa-cfg-none}, spec: {sessionAffinity: "
		"None, sessionAffinityConfig: {clientIP: {timeoutSeconds: 100}}, ports: [{port: 80}]}}",
		"",
		"" },
	{ "extip-bad", false,
		"{apiVersion: v1, kind: Service, metadata: {name: extip-bad}, spec: {externalIPs: "
		"[300.1.1.1], ports: [{port: 80}]}}",
		"Service \"extip-bad\" is invalid: spec.externalIPs[0]: Invalid value: \"300.1.1.1\": must "
		"be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
		"" },
	{ "extip-lo", false,
		"{apiVersion: v1, kind: Service, metadata: {name: extip-lo}, spec: {externalIPs: "
		"[127.0.0.1], ports: [{port: 80}]}}",
		"Service \"extip-lo\" is invalid: spec.externalIPs[0]: Invalid value: \"127.0.0.1\": may not "
		"be in the loopback range (127.0.0.0/8, ::1/128)",
		"" },
	{ "extip-zero", false,
		"{apiVersion: v1, kind: Service, metadata: {name: extip-zero}, spec: {externalIPs: "
		"[0.0.0.0], ports: [{port: 80}]}}",
		"Service \"extip-zero\" is invalid: spec.externalIPs[0]: Invalid value: \"0.0.0.0\": may not "
		"be unspecified (0.0.0.0)",
		"" },
	{ "dual", false,
		"{apiVersion: v1, kind: Service, metadata: {name: dual}, spec: {ipFamilyPolicy: "
		"RequireDualStack, ports: [{port: 80}]}}",
		"Service \"dual\" is invalid: spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": this "
		"cluster is not configured for dual-stack services",
		"" },
	{ "prefdual", false,
		"{apiVersion: v1, kind: Service, metadata: {name: prefdual}, spec: {ipFamilyPolicy: "
		"PreferDualStack, ports: [{port: 80}]}}",
		"",
		"" },
	{ "v6only", false,
		"{apiVersion: v1, kind: Service, metadata: {name: v6only}, spec: {ipFamilies: [IPv6], ports: "
		"[{port: 80}]}}",
		"Service \"v6only\" is invalid: spec.ipFamilies[0]: Invalid value: \"IPv6\": not configured "
		"on this cluster",
		"" },
	{ "traffdist-bad", false,
		"{apiVersion: v1, kind: Service, metadata: {name: traffdist-bad}, spec: "
		"{trafficDistribution: Nearest, ports: [{port: 80}]}}",
		"Service \"traffdist-bad\" is invalid: spec.trafficDistribution: Unsupported value: "
		"\"Nearest\": supported values: \"PreferClose\"",
		"" },
	{ "many-errors", false,
		"{apiVersion: v1, kind: Service, metadata: {name: many-errors}, spec: {type: NodePort, "
		"sessionAffinity: X, ports: [{port: 0, protocol: tcp}, {port: 70000, nodePort: 5}]}}",
		"Service \"many-errors\" is invalid: spec.ports[1].nodePort: Invalid value: 5: provided port "
		"is not in the valid range. The range of valid ports is 30000-32767",
		"" },
	{ "appproto-bad", false,
		"{apiVersion: v1, kind: Service, metadata: {name: appproto-bad}, spec: {ports: [{port: 80, "
		"appProtocol: bad proto}]}}",
		"Service \"appproto-bad\" is invalid: spec.ports[0].appProtocol: Invalid value: \"bad "
		"proto\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start "
		"and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex "
		"used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
		"" },
	{ "nospec", false,
		"{apiVersion: v1, kind: Service, metadata: {name: nospec}}",
		"Service \"nospec\" is invalid: spec.ports: Required value",
		"" },
	{ "badns", false,
		"{apiVersion: v1, kind: Service, metadata: {name: badns, namespace: nosuchns}, spec: {ports: "
		"[{port: 80}]}}",
		"namespaces \"nosuchns\" not found",
		"" },
	{ "badlabel", false,
		"{apiVersion: v1, kind: Service, metadata: {name: badlabel, labels: {app: a b}}, spec: "
		"{ports: [{port: 80}]}}",
		"Service \"badlabel\" is invalid: metadata.labels: Invalid value: \"a b\": a valid label "
		"must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
		"start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', "
		"regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
		"" },
	{ "dupkey", false,
		"{apiVersion: v1, kind: Service, metadata: {name: dupkey}, spec: {ports: [{port: 81}]}}",
		"",
		"" },
	{ "toplevel-unknown", false,
		"{apiVersion: v1, kind: Service, metadata: {name: toplevel}, spce: {ports: [{port: 80}]}, "
		"spec: {ports: [{port: 80}]}}",
		"Service in version \"v1\" cannot be handled as a Service: strict decoding error: unknown "
		"field \"spce\"",
		"" },
	{ "default", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"",
		"" },
	{ "missing-namespace", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"",
		"" },
	{ "missing-name", true,
		"{apiVersion: v1, kind: Service, metadata: {}, spec: {type: ClusterIP, selector: {key: val}, "
		"ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], internalTrafficPolicy: "
		"Cluster, sessionAffinity: None}}",
		"Service \"\" is invalid: metadata.name: Required value: name or generateName is required",
		"" },
	{ "too-long-name", true,
		"{apiVersion: v1, kind: Service, metadata: {name: "
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}, spec: {type: ClusterIP, "
		"selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" is invalid: "
		"metadata.name: Invalid value: "
		"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\": must be no more than "
		"63 characters",
		"" },
	{ "too-long-generatename", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid, generateName: "
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}, spec: {type: ClusterIP, "
		"selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: metadata.generateName: Invalid value: "
		"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\": must be no more than "
		"63 characters",
		"" },
	{ "invalid-annotation", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid, annotations: "
		"{NoSpecialCharsLike=Equals: bar}}, spec: {type: ClusterIP, selector: {key: val}, ports: "
		"[{name: p, protocol: TCP, port: 8675, targetPort: 8675}], internalTrafficPolicy: Cluster, "
		"sessionAffinity: None}}",
		"Service \"valid\" is invalid: metadata.annotations: Invalid value: "
		"\"NoSpecialCharsLike=Equals\": name part must consist of alphanumeric characters, '-', '_' "
		"or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or "
		"'my.name',  or '123-abc', regex used for validation is "
		"'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
		"" },
	{ "invalid-selector", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val, NoSpecialCharsLike=Equals: bar}, ports: [{name: p, protocol: TCP, port: 8675, "
		"targetPort: 8675}], internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.selector: Invalid value: \"NoSpecialCharsLike=Equals\": "
		"name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
		"with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
		"validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
		"" },
	{ "missing-type", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {selector: {key: val}, "
		"ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], internalTrafficPolicy: "
		"Cluster, sessionAffinity: None}}",
		"",
		"" },
	{ "missing-ports-but-headless", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, clusterIP: "
		"None, clusterIPs: [None], selector: {key: val}, internalTrafficPolicy: Cluster, "
		"sessionAffinity: None}}",
		"",
		"" },
	{ "empty-port-1-name", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}, {protocol: TCP, "
		"port: 12345, targetPort: 12345}], internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.ports[1].name: Required value",
		"" },
	{ "invalid-port-name", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: INVALID, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.ports[0].name: Invalid value: \"INVALID\": a lowercase "
		"RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start "
		"and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for "
		"validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
		"" },
	{ "invalid-protocol", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: INVALID, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.ports[0].protocol: Unsupported value: \"INVALID\": "
		"supported values: \"SCTP\", \"TCP\", \"UDP\"",
		"" },
	{ "valid-legacy-cluster-ip-with-legacy-validation", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, clusterIP: "
		"001.002.003.004, clusterIPs: [001.002.003.004], selector: {key: val}, ports: [{name: p, "
		"protocol: TCP, port: 8675, targetPort: 8675}], internalTrafficPolicy: Cluster, "
		"sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.clusterIPs: Invalid value: "
		"[]string{\"001.002.003.004\"}: failed to allocate IP 001.002.003.004: the provided IP "
		"(1.2.3.4) is not in the valid range. The range of valid IPs is 10.96.0.0/12",
		"" },
	{ "missing-port", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 0, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.ports[0].port: Invalid value: 0: must be between 1 and "
		"65535, inclusive",
		"" },
	{ "invalid-targetport-int", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 65536}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.ports[0].targetPort: Invalid value: 65536: must be "
		"between 1 and 65535, inclusive",
		"" },
	{ "invalid-port-headless-1", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, clusterIP: "
		"None, clusterIPs: [None], selector: {key: val}, ports: [{name: p, protocol: TCP, port: "
		"11722, targetPort: 11721}], internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"",
		"" },
	{ "invalid-externalips-localhost", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], externalIPs: "
		"[127.0.0.1], externalTrafficPolicy: Cluster, internalTrafficPolicy: Cluster, "
		"sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.externalIPs[0]: Invalid value: \"127.0.0.1\": may not be "
		"in the loopback range (127.0.0.0/8, ::1/128)",
		"" },
	{ "invalid-externalips-loopback", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], externalIPs: "
		"[127.0.0.1], externalTrafficPolicy: Cluster, internalTrafficPolicy: Cluster, "
		"sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.externalIPs[0]: Invalid value: \"127.0.0.1\": may not be "
		"in the loopback range (127.0.0.0/8, ::1/128)",
		"" },
	{ "valid-legacy-externalips-with-legacy-validation", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], externalIPs: "
		"[001.002.003.004], externalTrafficPolicy: Cluster, internalTrafficPolicy: Cluster, "
		"sessionAffinity: None}}",
		"",
		"spec.externalIPs[0]: IP address was accepted, but will be invalid in a future Kubernetes "
		"release: ParseAddr(\"001.002.003.004\"): IPv4 field has octet with leading zero" },
	{ "valid-externalips", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], externalIPs: "
		"[1.2.3.4], externalTrafficPolicy: Cluster, internalTrafficPolicy: Cluster, sessionAffinity: "
		"None}}",
		"",
		"" },
	{ "valid-load-balancer-protocol-udp-1", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: LoadBalancer, "
		"selector: {key: val}, ports: [{name: p, protocol: UDP, port: 8675, targetPort: 8675}], "
		"externalTrafficPolicy: Cluster, internalTrafficPolicy: Cluster, "
		"allocateLoadBalancerNodePorts: true, sessionAffinity: None}}",
		"",
		"" },
	{ "load-balancer-with-mix-protocol", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: LoadBalancer, "
		"selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}, "
		"{name: q, port: 12345, protocol: UDP, targetPort: 12345}], externalTrafficPolicy: Cluster, "
		"internalTrafficPolicy: Cluster, allocateLoadBalancerNodePorts: true, sessionAffinity: None}}",
		"",
		"" },
	{ "valid-2", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: UDP, port: 8675, targetPort: 12345}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"",
		"" },
	{ "valid-cluster-ip-none", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, clusterIP: "
		"None, clusterIPs: [None], selector: {key: val}, ports: [{name: p, protocol: TCP, port: "
		"8675, targetPort: 8675}], internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"",
		"" },
	{ "valid-type-clusterip", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"",
		"" },
	{ "valid-type-loadbalancer-with-allocateloadbalancernodeports-false", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: LoadBalancer, "
		"selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"externalTrafficPolicy: Cluster, internalTrafficPolicy: Cluster, "
		"allocateLoadBalancerNodePorts: false, sessionAffinity: None}}",
		"",
		"" },
	{ "valid-type-loadbalancer-2-ports", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: LoadBalancer, "
		"selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}, "
		"{name: q, port: 12345, protocol: TCP, targetPort: 12345}], externalTrafficPolicy: Cluster, "
		"internalTrafficPolicy: Cluster, allocateLoadBalancerNodePorts: true, sessionAffinity: None}}",
		"",
		"" },
	{ "duplicate-nodeports", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: NodePort, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}, {name: q, port: "
		"1, protocol: TCP, nodePort: 1, targetPort: 1}, {name: r, port: 2, protocol: TCP, nodePort: "
		"1, targetPort: 2}], externalTrafficPolicy: Cluster, internalTrafficPolicy: Cluster, "
		"sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.ports[2].nodePort: Invalid value: 1: provided port is "
		"already allocated",
		"" },
	{ "invalid-duplicate-ports-with-same-protocol", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}, {name: q, port: "
		"12345, protocol: TCP, targetPort: 8080}, {name: r, port: 12345, protocol: TCP, targetPort: "
		"80}], internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.ports[2]: Duplicate value: core.ServicePort{Name:\"\", "
		"Protocol:\"TCP\", AppProtocol:(*string)(nil), Port:12345, "
		"TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:\"\"}, NodePort:0}",
		"" },
	{ "valid-type-cluster", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"",
		"" },
	{ "valid-type-loadbalancer-with-allocateloadbalancernodeports-true", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: LoadBalancer, "
		"selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"externalTrafficPolicy: Cluster, internalTrafficPolicy: Cluster, "
		"allocateLoadBalancerNodePorts: true, sessionAffinity: None}}",
		"",
		"" },
	{ "valid-type-loadbalancer-with-nodeport", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: LoadBalancer, "
		"selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}, "
		"{name: q, port: 12345, protocol: TCP, nodePort: 12345, targetPort: 12345}], "
		"externalTrafficPolicy: Cluster, internalTrafficPolicy: Cluster, "
		"allocateLoadBalancerNodePorts: true, sessionAffinity: None}}",
		"",
		"" },
	{ "valid-type-nodeport-service-without-nodeport", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: NodePort, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}, {name: q, port: "
		"12345, protocol: TCP, targetPort: 12345}], externalTrafficPolicy: Cluster, "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"",
		"" },
	{ "invalid-cluster-service-with-nodeport", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}, {name: q, port: "
		"12345, protocol: TCP, nodePort: 12345, targetPort: 12345}], internalTrafficPolicy: Cluster, "
		"sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.ports[1].nodePort: Forbidden: may not be used when "
		"`type` is 'ClusterIP'",
		"" },
	{ "valid-type-loadbalancer", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: LoadBalancer, "
		"selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}, "
		"{name: q, port: 12345, protocol: TCP, targetPort: 12345}], externalTrafficPolicy: Cluster, "
		"internalTrafficPolicy: Cluster, allocateLoadBalancerNodePorts: true, sessionAffinity: None}}",
		"",
		"" },
	{ "valid-loadbalancer-source-range-annotation", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid, annotations: "
		"{service.beta.kubernetes.io/load-balancer-source-ranges: '1.2.3.0/24,  5.6.0.0/16'}}, spec: "
		"{type: LoadBalancer, selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, "
		"targetPort: 8675}], externalTrafficPolicy: Cluster, internalTrafficPolicy: Cluster, "
		"allocateLoadBalancerNodePorts: true, sessionAffinity: None}}",
		"",
		"" },
	{ "valid-whitespace-only-loadbalancer-source-range-annotation", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid, annotations: "
		"{service.beta.kubernetes.io/load-balancer-source-ranges: '  '}}, spec: {type: LoadBalancer, "
		"selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"externalTrafficPolicy: Cluster, internalTrafficPolicy: Cluster, "
		"allocateLoadBalancerNodePorts: true, sessionAffinity: None}}",
		"",
		"" },
	{ "invalid-loadbalancer-source-range-annotation-invalid-cidr", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid, annotations: "
		"{service.beta.kubernetes.io/load-balancer-source-ranges: 1.2.3.4/33}}, spec: {type: "
		"LoadBalancer, selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, "
		"targetPort: 8675}], externalTrafficPolicy: Cluster, internalTrafficPolicy: Cluster, "
		"allocateLoadBalancerNodePorts: true, sessionAffinity: None}}",
		"Service \"valid\" is invalid: "
		"metadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]: Invalid "
		"value: \"1.2.3.4/33\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
		"" },
	{ "invalid-empty-but-set-loadbalancer-source-range-annotation-for-non-loa", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid, annotations: "
		"{service.beta.kubernetes.io/load-balancer-source-ranges: ''}}, spec: {type: ClusterIP, "
		"selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: "
		"metadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]: Forbidden: "
		"may only be used when `type` is 'LoadBalancer'",
		"" },
	{ "invalid-legacy-loadbalancer-source-range-with-strict-validation", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: LoadBalancer, "
		"selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"externalTrafficPolicy: Cluster, internalTrafficPolicy: Cluster, loadBalancerSourceRanges: "
		"[001.002.003.000/24], allocateLoadBalancerNodePorts: true, sessionAffinity: None}}",
		"",
		"spec.loadBalancerSourceRanges[0]: IP prefix was accepted, but will be invalid in a future "
		"Kubernetes release: netip.ParsePrefix(\"001.002.003.000/24\"): "
		"ParseAddr(\"001.002.003.000\"): IPv4 field has octet with leading zero" },
	{ "valid-loadbalancer-source-range", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: LoadBalancer, "
		"selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"externalTrafficPolicy: Cluster, internalTrafficPolicy: Cluster, loadBalancerSourceRanges: "
		"[1.2.3.0/24, 5.6.0.0/16], allocateLoadBalancerNodePorts: true, sessionAffinity: None}}",
		"",
		"" },
	{ "invalid-empty-loadbalancer-source-range", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: LoadBalancer, "
		"selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"externalTrafficPolicy: Cluster, internalTrafficPolicy: Cluster, loadBalancerSourceRanges: "
		"['   '], allocateLoadBalancerNodePorts: true, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.LoadBalancerSourceRanges[0]: Invalid value: \"\": must "
		"be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
		"" },
	{ "invalid-loadbalancer-source-range-invalid-cidr", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: LoadBalancer, "
		"selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"externalTrafficPolicy: Cluster, internalTrafficPolicy: Cluster, loadBalancerSourceRanges: "
		"[1.2.3.4/33], allocateLoadBalancerNodePorts: true, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.LoadBalancerSourceRanges[0]: Invalid value: "
		"\"1.2.3.4/33\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
		"" },
	{ "invalid-source-range-annotation-ignored-with-valid-source-range-field", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid, annotations: "
		"{service.beta.kubernetes.io/load-balancer-source-ranges: foo.bar}}, spec: {type: "
		"LoadBalancer, selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, "
		"targetPort: 8675}], externalTrafficPolicy: Cluster, internalTrafficPolicy: Cluster, "
		"loadBalancerSourceRanges: [1.2.3.0/24, 5.6.0.0/16], allocateLoadBalancerNodePorts: true, "
		"sessionAffinity: None}}",
		"",
		"" },
	{ "valid-externalname-trailing-dot", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ExternalName, "
		"externalName: foo.bar.example.com., selector: {key: val}, ports: [{name: p, protocol: TCP, "
		"port: 8675, targetPort: 8675}], internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"",
		"" },
	{ "invalid-externalname-clusterip-none", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ExternalName, "
		"clusterIP: None, clusterIPs: [None], externalName: foo.bar.example.com, selector: {key: "
		"val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.clusterIPs: Forbidden: may not be set for ExternalName "
		"services",
		"" },
	{ "loadbalancer-type-cannot-have-none-clusterip", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: LoadBalancer, "
		"clusterIP: None, clusterIPs: [None], selector: {key: val}, ports: [{name: p, protocol: TCP, "
		"port: 8675, targetPort: 8675}], externalTrafficPolicy: Cluster, internalTrafficPolicy: "
		"Cluster, allocateLoadBalancerNodePorts: true, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.clusterIPs[0]: Invalid value: \"None\": may not be set "
		"to 'None' for LoadBalancer services",
		"" },
	{ "invalid-externaltraffic-field", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: LoadBalancer, "
		"selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"externalTrafficPolicy: invalid, internalTrafficPolicy: Cluster, "
		"allocateLoadBalancerNodePorts: true, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.externalTrafficPolicy: Unsupported value: \"invalid\": "
		"supported values: \"Cluster\", \"Local\"",
		"" },
	{ "internaltrafficpolicy-field-nil-when-type-is-externalname", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ExternalName, "
		"externalName: foo.bar.com, selector: {key: val}, ports: [{name: p, protocol: TCP, port: "
		"8675, targetPort: 8675}], sessionAffinity: None}}",
		"",
		"" },
	{ "invalid-internaltraffic-field", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: invalid, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.internalTrafficPolicy: Unsupported value: \"invalid\": "
		"supported values: \"Cluster\", \"Local\"",
		"" },
	{ "internaltrafficpolicy-field-set-to-local", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Local, sessionAffinity: None}}",
		"",
		"" },
	{ "negative-healthchecknodeport-field", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: LoadBalancer, "
		"selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"externalTrafficPolicy: Local, internalTrafficPolicy: Cluster, healthCheckNodePort: 31100, "
		"allocateLoadBalancerNodePorts: true, sessionAffinity: None}}",
		"",
		"" },
	{ "sessionaffinityconfig-can-t-be-set-when-session-affinity-is-none", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: LoadBalancer, "
		"selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"externalTrafficPolicy: Cluster, internalTrafficPolicy: Cluster, "
		"allocateLoadBalancerNodePorts: true, sessionAffinity: None, sessionAffinityConfig: "
		"{clientIP: {timeoutSeconds: 90}}}}",
		"",
		"" },
	{ "invalid-service-with-invalid-ipfamilies-2nd", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, "
		"ipFamilies: [IPv4, not-a-valid-ip-family], ipFamilyPolicy: RequireDualStack, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.ipFamilies[1]: Unsupported value: "
		"\"not-a-valid-ip-family\": supported values: \"IPv4\", \"IPv6\"",
		"" },
	{ "valid-ipfamilypolicy-preferdualstack-is-set-for-two-families-note-allo", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, "
		"ipFamilies: [IPv4, IPv6], ipFamilyPolicy: PreferDualStack, selector: {key: val}, ports: "
		"[{name: p, protocol: TCP, port: 8675, targetPort: 8675}], internalTrafficPolicy: Cluster, "
		"sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.ipFamilies[1]: Invalid value: \"IPv6\": not configured "
		"on this cluster",
		"" },
	{ "invalid-service-with-same-ip-families", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, "
		"ipFamilies: [IPv6, IPv6], ipFamilyPolicy: RequireDualStack, selector: {key: val}, ports: "
		"[{name: p, protocol: TCP, port: 8675, targetPort: 8675}], internalTrafficPolicy: Cluster, "
		"sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.ipFamilies[1]: Duplicate value: \"IPv6\"",
		"" },
	{ "valid-service-with-valid-ipfamilies-v4", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, "
		"ipFamilies: [IPv4], selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, "
		"targetPort: 8675}], internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"",
		"" },
	{ "valid-service-with-valid-ipfamilies-v4-v6", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, "
		"ipFamilies: [IPv4, IPv6], ipFamilyPolicy: RequireDualStack, selector: {key: val}, ports: "
		"[{name: p, protocol: TCP, port: 8675, targetPort: 8675}], internalTrafficPolicy: Cluster, "
		"sessionAffinity: None}}",
		"Service \"valid\" is invalid: [spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": "
		"this cluster is not configured for dual-stack services, spec.ipFamilies[1]: Invalid value: "
		"\"IPv6\": not configured on this cluster]",
		"" },
	{ "valid-service-preferred-dual-stack-with-single-family", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, "
		"ipFamilies: [IPv6], ipFamilyPolicy: PreferDualStack, selector: {key: val}, ports: [{name: "
		"p, protocol: TCP, port: 8675, targetPort: 8675}], internalTrafficPolicy: Cluster, "
		"sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.ipFamilies[0]: Invalid value: \"IPv6\": not configured "
		"on this cluster",
		"" },
	{ "invalid-garbage-ips", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, clusterIP: "
		"garbage-ip, clusterIPs: [garbage-ip, garbage-second-ip], ipFamilyPolicy: RequireDualStack, "
		"selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: [spec.clusterIPs[0]: Invalid value: \"garbage-ip\": must be a "
		"valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff), spec.clusterIPs[1]: Invalid value: "
		"\"garbage-second-ip\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)]",
		"" },
	{ "invalid-garbage-second-ip", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, clusterIP: "
		"'2001::1', clusterIPs: ['2001::1', garbage-ip], ipFamilyPolicy: RequireDualStack, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.clusterIPs[1]: Invalid value: \"garbage-ip\": must be a "
		"valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
		"" },
	{ "invalid-ip-none", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, clusterIP: "
		"'2001::1', clusterIPs: ['2001::1', None], ipFamilyPolicy: RequireDualStack, selector: {key: "
		"val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.clusterIPs[1]: Invalid value: \"None\": must be a valid "
		"IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
		"" },
	{ "invalid-ip-empty-string", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, clusterIP: "
		"'2001::1', clusterIPs: ['2001::1', ''], ipFamilyPolicy: RequireDualStack, selector: {key: "
		"val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.clusterIPs[1]: Invalid value: \"\": must be a valid IP "
		"address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
		"" },
	{ "invalid-same-ip-family-v4", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, clusterIP: "
		"10.0.0.1, clusterIPs: [10.0.0.1, 10.0.0.10], ipFamilies: [IPv4, IPv6], ipFamilyPolicy: "
		"RequireDualStack, selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, "
		"targetPort: 8675}], internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: [spec.clusterIPs: Invalid value: []string{\"10.0.0.1\", "
		"\"10.0.0.10\"}: may specify no more than one IP for each IP family, spec.clusterIPs[1]: "
		"Invalid value: \"10.0.0.10\": expected an IPv6 value as indicated by `ipFamilies[1]`]",
		"" },
	{ "multi-ip-dualstack-not-set-request-for-downgrade", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, clusterIP: "
		"10.0.0.1, clusterIPs: [10.0.0.1, '2001::1'], ipFamilies: [IPv4, IPv6], ipFamilyPolicy: "
		"SingleStack, selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: "
		"8675}], internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: [spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be "
		"'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified, "
		"spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or "
		"'PreferDualStack' when multiple IP families are specified]",
		"" },
	{ "valid-multi-ip-single-ipfamilies-preferdualstack", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, clusterIP: "
		"10.0.0.1, clusterIPs: [10.0.0.1, '2001::1'], ipFamilies: [IPv4], ipFamilyPolicy: "
		"PreferDualStack, selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, "
		"targetPort: 8675}], internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.clusterIPs[1]: Invalid value: []string{\"10.0.0.1\", "
		"\"2001::1\"}: IPv6 is not configured on this cluster",
		"" },
	{ "invalid-families-don-t-match-v4-v6", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, clusterIP: "
		"10.0.0.1, clusterIPs: [10.0.0.1], ipFamilies: [IPv6], selector: {key: val}, ports: [{name: "
		"p, protocol: TCP, port: 8675, targetPort: 8675}], internalTrafficPolicy: Cluster, "
		"sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.clusterIPs[0]: Invalid value: \"10.0.0.1\": expected an "
		"IPv6 value as indicated by `ipFamilies[0]`",
		"" },
	{ "valid-no-field-set", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"",
		"" },
	{ "valid-single-family", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, "
		"ipFamilies: [IPv6], ipFamilyPolicy: SingleStack, selector: {key: val}, ports: [{name: p, "
		"protocol: TCP, port: 8675, targetPort: 8675}], internalTrafficPolicy: Cluster, "
		"sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.ipFamilies[0]: Invalid value: \"IPv6\": not configured "
		"on this cluster",
		"" },
	{ "valid-single-ip-single-family-dual-stack-requested", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, clusterIP: "
		"'2001::1', clusterIPs: ['2001::1'], ipFamilies: [IPv6], ipFamilyPolicy: PreferDualStack, "
		"selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.ipFamilies[0]: Invalid value: \"IPv6\": not configured "
		"on this cluster",
		"" },
	{ "valid-multi-ips-multi-ipfamilies-4-6", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, clusterIP: "
		"10.0.0.1, clusterIPs: [10.0.0.1, '2001::1'], ipFamilies: [IPv4, IPv6], ipFamilyPolicy: "
		"RequireDualStack, selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, "
		"targetPort: 8675}], internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: [spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": "
		"this cluster is not configured for dual-stack services, spec.ipFamilies[1]: Invalid value: "
		"\"IPv6\": not configured on this cluster]",
		"" },
	{ "valid-multi-ips-6-4", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, clusterIP: "
		"'2001::1', clusterIPs: ['2001::1', 10.0.0.1], ipFamilyPolicy: RequireDualStack, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.clusterIPs[0]: Invalid value: []string{\"2001::1\", "
		"\"10.0.0.1\"}: IPv6 is not configured on this cluster",
		"" },
	{ "valid-multi-ips-4-6", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, clusterIP: "
		"10.0.0.1, clusterIPs: [10.0.0.1, '2001::1'], ipFamilyPolicy: RequireDualStack, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.clusterIPs[1]: Invalid value: []string{\"10.0.0.1\", "
		"\"2001::1\"}: IPv6 is not configured on this cluster",
		"" },
	{ "valid-dual-stack", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, "
		"ipFamilyPolicy: RequireDualStack, selector: {key: val}, ports: [{name: p, protocol: TCP, "
		"port: 8675, targetPort: 8675}], internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": "
		"this cluster is not configured for dual-stack services",
		"" },
	{ "valid-custom-appprotocol", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{port: 12345, targetPort: 12345, protocol: TCP, appProtocol: "
		"example.com/protocol}], internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"",
		"" },
	{ "invalid-cluster-ip-clusterip-in-multi-ip-service", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, clusterIP: "
		"10.0.0.10, clusterIPs: [10.0.0.1, '2001::1'], ipFamilyPolicy: RequireDualStack, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.clusterIPs: Invalid value: []string{\"10.0.0.1\", "
		"\"2001::1\"}: first value must match `clusterIP`",
		"" },
	{ "use-allocateloadbalancernodeports-when-type-is-not-loadbalancer", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, allocateLoadBalancerNodePorts: true, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.allocateLoadBalancerNodePorts: Forbidden: may only be "
		"used when `type` is 'LoadBalancer'",
		"" },
	{ "invalid-loadbalancerclass", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: LoadBalancer, "
		"selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"externalTrafficPolicy: Cluster, internalTrafficPolicy: Cluster, loadBalancerClass: "
		"Bad/LoadBalancerClass, allocateLoadBalancerNodePorts: true, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.loadBalancerClass: Invalid value: "
		"\"Bad/LoadBalancerClass\": prefix part a lowercase RFC 1123 subdomain must consist of lower "
		"case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric "
		"character (e.g. 'example.com', regex used for validation is "
		"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
		"" },
	{ "topology-annotations-are-mismatched", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid, annotations: "
		"{service.kubernetes.io/topology-aware-hints: original, service.kubernetes.io/topology-mode: "
		"different}}, spec: {type: ClusterIP, selector: {key: val}, ports: [{name: p, protocol: TCP, "
		"port: 8675, targetPort: 8675}], internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: metadata.annotations[service.kubernetes.io/topology-mode]: "
		"Invalid value: \"different\": must match "
		"annotations[service.kubernetes.io/topology-aware-hints] when both are specified",
		"" },
	{ "valid-trafficdistribution-field-set-to-prefersamezone-with-feature-gat", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None, trafficDistribution: PreferSameZone}}",
		"Service \"valid\" is invalid: spec.trafficDistribution: Unsupported value: "
		"\"PreferSameZone\": supported values: \"PreferClose\"",
		"" },
	{ "invalid-trafficdistribution-field-set-to-random", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None, trafficDistribution: Random}}",
		"Service \"valid\" is invalid: spec.trafficDistribution: Unsupported value: \"Random\": "
		"supported values: \"PreferClose\"",
		"" },
	{ "invalid-trafficdistribution-field-set-to-prefersamenode-without-featur", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None, trafficDistribution: PreferSameNode}}",
		"Service \"valid\" is invalid: spec.trafficDistribution: Unsupported value: "
		"\"PreferSameNode\": supported values: \"PreferClose\"",
		"" },
	{ "invalid-service-name-begins-with-a-digit-feature-gate-disabled", true,
		"{apiVersion: v1, kind: Service, metadata: {name: 1-test-service}, spec: {type: ClusterIP, "
		"selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"1-test-service\" is invalid: metadata.name: Invalid value: \"1-test-service\": a "
		"DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
		"alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or "
		"'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
		"" },
	{ "valid-nodeport-service-with-externaltrafficpolicy-set", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: NodePort, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"externalTrafficPolicy: Local, internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"",
		"" },
	{ "cannot-set-healthchecknodeport-field-on-loadbalancer-service-with-exte", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: LoadBalancer, "
		"selector: {key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"externalTrafficPolicy: Cluster, internalTrafficPolicy: Cluster, healthCheckNodePort: 34567, "
		"allocateLoadBalancerNodePorts: true, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.healthCheckNodePort: Invalid value: 34567: may only be "
		"set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
		"" },
	{ "cannot-set-externaltrafficpolicy-or-healthchecknodeport-fields-on-clus", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"externalTrafficPolicy: Local, internalTrafficPolicy: Cluster, healthCheckNodePort: 34567, "
		"sessionAffinity: None}}",
		"Service \"valid\" is invalid: [spec.externalTrafficPolicy: Invalid value: \"Local\": may "
		"only be set for externally-accessible services, spec.healthCheckNodePort: Invalid value: "
		"34567: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local']",
		"" },
	{ "externaltrafficpolicy-is-required-on-nodeport-service", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: NodePort, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], "
		"internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"",
		"" },
	{ "externaltrafficpolicy-is-required-on-clusterip-service-with-externalip", true,
		"{apiVersion: v1, kind: Service, metadata: {name: valid}, spec: {type: ClusterIP, selector: "
		"{key: val}, ports: [{name: p, protocol: TCP, port: 8675, targetPort: 8675}], externalIPs: "
		"['1.2.3,4'], internalTrafficPolicy: Cluster, sessionAffinity: None}}",
		"Service \"valid\" is invalid: spec.externalIPs[0]: Invalid value: \"1.2.3,4\": must be a "
		"valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
		"" },
};
