using System.Reflection;
using OrleansTasks.Tests.Unit;
using PublicApiGenerator;

namespace OrleansTasks.Tests.Aspire;

/// <summary>The public surface of the library, kept as text beside this file, so that a change of it is seen in review.</summary>
public sealed class PublicApiTests
{
    private static readonly ApiGeneratorOptions Options = new()
    {
        // All of it is in Aspire's own namespaces, where app hosts look for it.
        DenyNamespacePrefixes = [],
        ExcludeAttributes = ["System.Reflection.AssemblyMetadataAttribute", "System.Runtime.Versioning.TargetFrameworkAttribute"],
    };

    [Fact]
    public void Assembly_PublicSurface_IsTheApprovedOne() => Snapshots.Check("OrleansTasks.Aspire.Hosting.txt", Assembly.Load("OrleansTasks.Aspire.Hosting").GeneratePublicApi(Options));
}
