using System.Reflection;
using PublicApiGenerator;

namespace OrleansTasks.Tests.Unit;

/// <summary>Compares the public API of the libraries with text files beside this one, so that a review shows every change.</summary>
public sealed class PublicApiTests
{
    private static readonly ApiGeneratorOptions Options = new()
    {
        // Generated Orleans types and Razor components are public for technical reasons only. Nobody should use them.
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
    [InlineData("OrleansTasks.Reminders")]
    [InlineData("OrleansTasks.Outbox")]
    [InlineData("OrleansTasks.Outbox.EntityFrameworkCore")]
    [InlineData("OrleansTasks.Testing")]
    [InlineData("OrleansTasks.Client.Http")]
    public void Assembly_PublicSurface_IsTheApprovedOne(string assembly) =>
        Snapshots.Check($"{assembly}.txt", Assembly.Load(assembly).GeneratePublicApi(Options));
}
