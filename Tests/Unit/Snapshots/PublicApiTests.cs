using System.Reflection;
using PublicApiGenerator;

namespace OrleansTasks.Tests.Unit;

/// <summary>The public surface of the libraries, kept as text beside this file, so that a change of it is seen in review.</summary>
public sealed class PublicApiTests
{
    private static readonly ApiGeneratorOptions Options = new()
    {
        // What the Orleans generators emit is public so that Orleans finds it, and components are so because the Razor compiler makes them so; nobody is to call them.
        DenyNamespacePrefixes = ["OrleansCodeGen", "OrleansTasks.Ui"],
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
    [InlineData("OrleansTasks.Dashboard")]
    [InlineData("OrleansTasks.Storage.Sqlite")]
    [InlineData("OrleansTasks.Storage.Redis")]
    [InlineData("OrleansTasks.Storage.PostgreSql")]
    [InlineData("OrleansTasks.Testing")]
    public void Assembly_PublicSurface_IsTheApprovedOne(string assembly) => Snapshots.Check($"{assembly}.txt", Assembly.Load(assembly).GeneratePublicApi(Options));
}
