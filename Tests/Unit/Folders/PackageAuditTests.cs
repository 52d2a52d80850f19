using System.Xml.Linq;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests that the build reports packages with known vulnerabilities.</summary>
public sealed class PackageAuditTests
{
    [Fact]
    public void Build_OfAllProjects_AuditsPackagesAndFailsForKnownVulnerabilities()
    {
        var properties = XDocument.Load(Path.Combine(Snapshots.Root, "Directory.Build.props")).Descendants("PropertyGroup").Elements()
            .ToLookup(static p => p.Name.LocalName, static p => p.Value);
        var tolerated = properties["WarningsNotAsErrors"].Concat(properties["NoWarn"]).SelectMany(static w => w.Split(';')).ToList();

        Assert.Equal(["true"], properties["NuGetAudit"]);
        Assert.Equal(["all"], properties["NuGetAuditMode"]);
        Assert.Equal(["true"], properties["TreatWarningsAsErrors"]);
        Assert.DoesNotContain(tolerated, static w => w is "NU1901" or "NU1902" or "NU1903" or "NU1904");

        // A source that does not answer is not a vulnerability.
        Assert.Contains("NU1900", tolerated);
        Assert.Contains("NU1905", tolerated);
    }
}
