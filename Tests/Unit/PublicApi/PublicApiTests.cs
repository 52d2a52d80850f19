using System.Reflection;
using PublicApiGenerator;

namespace OrleansTasks.Tests.Unit;

/// <summary>The public surface of the libraries, kept as text beside this file, so that a change of it is seen in review.</summary>
public sealed class PublicApiTests
{
    private const string Update = "UPDATE_SNAPSHOTS";

    private static readonly ApiGeneratorOptions Options = new()
    {
        // What the Orleans generators emit is public so that Orleans finds it; nobody is to call it.
        DenyNamespacePrefixes = ["OrleansCodeGen"],
        ExcludeAttributes =
        [
            "System.Reflection.AssemblyMetadataAttribute",
            "System.Runtime.CompilerServices.InternalsVisibleToAttribute",
            "System.Runtime.Versioning.TargetFrameworkAttribute",
            "Orleans.ApplicationPartAttribute",
            "Orleans.Serialization.Configuration.TypeManifestProviderAttribute",
        ],
        UseDenyNamespacePrefixesForExtensionMethods = false,
    };

    [Theory]
    [InlineData("OrleansTasks.GrainInterfaces")]
    [InlineData("OrleansTasks.Grains")]
    [InlineData("OrleansTasks.Storage.Sqlite")]
    [InlineData("OrleansTasks.Storage.Redis")]
    [InlineData("OrleansTasks.Storage.PostgreSql")]
    public void Assembly_PublicSurface_IsTheApprovedOne(string assembly)
    {
        var api = Assembly.Load(assembly).GeneratePublicApi(Options).ReplaceLineEndings("\n").TrimEnd() + "\n";
        var approved = Path.Combine(Folder(), assembly + ".txt");
        var received = Path.Combine(Folder(), assembly + ".received.txt");
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            File.WriteAllText(approved, api);
        }

        var expected = File.Exists(approved) ? File.ReadAllText(approved).ReplaceLineEndings("\n") : "";
        if (expected == api)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, api);
        Assert.Fail($"The public surface of {assembly} changed: compare {received} with {approved}. If it is meant, run this test with {Update}=1.{FirstDifference(expected, api)}");
    }

    private static string FirstDifference(string expected, string actual)
    {
        var (before, after) = (expected.Split('\n'), actual.Split('\n'));
        var line = Enumerable.Range(0, Math.Max(before.Length, after.Length)).First(i => before.ElementAtOrDefault(i) != after.ElementAtOrDefault(i));
        return $"\nLine {line + 1}:\n- {before.ElementAtOrDefault(line)}\n+ {after.ElementAtOrDefault(line)}";
    }

    private static string Folder() => typeof(PublicApiTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "PublicApiFolder").Value!;
}
