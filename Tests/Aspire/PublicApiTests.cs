using System.Reflection;
using OrleansTasks.Tests.Unit;
using PublicApiGenerator;

namespace OrleansTasks.Tests.Aspire;

/// <summary>Compares the public API with a text file beside this one, so that a review shows every change.</summary>
public sealed class PublicApiTests
{
    private static readonly ApiGeneratorOptions Options = new()
    {
        // The whole API is in Aspire's own namespaces, where app hosts look for it.
        DenyNamespacePrefixes = [],
        ExcludeAttributes = ["System.Reflection.AssemblyMetadataAttribute", "System.Runtime.Versioning.TargetFrameworkAttribute"],
    };

    [Fact]
    public void Assembly_PublicSurface_IsTheApprovedOne() =>
        Snapshots.Check("OrleansTasks.Aspire.Hosting.txt", Assembly.Load("OrleansTasks.Aspire.Hosting").GeneratePublicApi(Options));
}
