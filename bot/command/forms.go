package command

// Form is one thing that can be typed, for the help and the documentation.
type Form struct {
	Usage   string // what stands behind /reset-passcode
	Meaning string // a sentence
	Example string // a whole command, behind /reset-passcode
}

// Forms lists what can be typed.
func Forms() []Form {
	return []Form{
		{
			"<devices> reason: <why>", "Asks for the devices' passcodes to be reset. Separate devices with spaces or commas.",
			"serial:R58M12ABCDE user:alice@contoso.com reason: forgot the PIN, INC-4711",
		},
		{
			"<device id>", "One device, by its Intune device id.",
			"0a1b2c3d-0000-4000-8000-00000000000f reason: forgot the PIN",
		},
		{
			"user:<mail address>", "The devices of one person. A mention does the same.",
			"user:alice@contoso.com reason: forgot the PIN",
		},
		{
			"serial:<number>", "The device with this serial number.",
			"serial:R58M12ABCDE reason: forgot the PIN",
		},
		{
			`name:"<name>"`, "The devices with exactly this name.",
			`name:"Alice's Pixel" reason: forgot the PIN`,
		},
		{
			`filter:"<OData>"`, "All devices that the expression describes. Intune's answer is checked device by device.",
			`filter:"operatingSystem eq 'Android' and complianceState eq 'noncompliant'" reason: lost in transit`,
		},
		{
			"all-or-nothing", "Goes among the devices: if one of them cannot be reset, none is.",
			"serial:R58M12ABCDE serial:R58M12ABCDF all-or-nothing reason: kiosk swap",
		},
		{
			"ticket:<number>", "The ticket that this belongs to, where a rule asks for it. It stands before or behind the reason, as do the next three.",
			"serial:R58M12ABCDE ticket:INC0012345 reason: forgot the PIN",
		},
		{
			`second-reason:"<why>"`, "Why it has to be now, or why so many, where a rule asks for it.",
			`serial:R58M12ABCDE reason: forgot the PIN second-reason:"the shift starts at six"`,
		},
		{
			`verified:"<how>"`, "How you verified who the person is, where a rule asks for it.",
			`serial:R58M12ABCDE reason: forgot the PIN verified:"called back on the number in the directory"`,
		},
		{
			`break-glass:"<why>"`, "In an incident channel, for those who may: goes ahead with fewer approvals, tells others at once, and is reviewed afterwards.",
			`serial:R58M12ABCDE reason: forgot the PIN break-glass:"the night shift cannot work"`,
		},
		{
			"dry-run <devices>", "Finds and checks the devices, says who could approve, and changes nothing.",
			"dry-run user:alice@contoso.com",
		},
		{"list", "Shows the open requests that you may see, and who waits for whom.", "list"},
		{"show <request>", "Shows where one request stands.", "show R-12"},
		{"cancel <request>", "Takes your own request back, as long as nothing was sent.", "cancel R-12"},
		{"help", "Shows this.", "help"},
	}
}
