package graph

import (
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"

	"passcodebot/approvals"
)

// Cloud is one of Microsoft's national clouds.
type Cloud string

// The national clouds.
const (
	Global Cloud = "global" // also GCC
	USGov  Cloud = "usgov"  // US Government L4: GCC High
	USDoD  Cloud = "usdod"  // US Government L5: DoD
	China  Cloud = "china"  // operated by 21Vianet
)

// addresses is where the services of a cloud are.
type addresses struct {
	graph       string // the root of Graph, also the audience of its tokens
	authority   string // Entra
	adminCenter string // the Intune admin center
}

// Microsoft Learn: national cloud deployments; Intune's pages on US Government
// and China endpoints.
func (c Cloud) addresses() addresses {
	switch c {
	case USGov:
		return addresses{"https://graph.microsoft.us", cloud.AzureGovernment.ActiveDirectoryAuthorityHost, "https://intune.microsoft.us"}
	case USDoD:
		return addresses{"https://dod-graph.microsoft.us", cloud.AzureGovernment.ActiveDirectoryAuthorityHost, "https://intune.microsoft.us"}
	case China:
		return addresses{"https://microsoftgraph.chinacloudapi.cn", cloud.AzureChina.ActiveDirectoryAuthorityHost, "https://intune.microsoftonline.cn"}
	}
	return addresses{"https://graph.microsoft.com", cloud.AzurePublic.ActiveDirectoryAuthorityHost, "https://intune.microsoft.com"}
}

// ParseCloud returns the cloud with a name; the empty name is Global.
func ParseCloud(name string) (Cloud, error) {
	switch c := Cloud(strings.ToLower(strings.TrimSpace(name))); c {
	case "":
		return Global, nil
	case Global, USGov, USDoD, China:
		return c, nil
	}
	return "", &approvals.Error{
		Kind: approvals.Invalid, Code: "unknown-cloud",
		Text: "There is no cloud “" + name + "”.",
		Hint: "It is one of global, usgov, usdod and china.",
	}
}

// DevicePage returns the address of a device's page in the Intune admin
// center, where the help desk reads the temporary passcode.
func DevicePage(c Cloud, id string) string {
	return c.addresses().adminCenter +
		"/#view/Microsoft_Intune_Devices/DeviceSettingsMenuBlade/~/overview/mdmDeviceId/" + url.PathEscape(id)
}
