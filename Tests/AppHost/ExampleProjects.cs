namespace Projects;

// The projects of the example. Aspire makes such a class of each project that an app host refers to.
internal sealed class Silo : IProjectMetadata
{
    public string ProjectPath => "../Silo/Silo.csproj";
}

internal sealed class Web : IProjectMetadata
{
    public string ProjectPath => "../Web/Web.csproj";
}
