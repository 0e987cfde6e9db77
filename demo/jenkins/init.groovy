// Sets up the Jenkins of demo/run as it starts: a user, the registry's credentials, the job 'demo'.
import com.cloudbees.plugins.credentials.CredentialsScope
import com.cloudbees.plugins.credentials.SystemCredentialsProvider
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl
import hudson.model.User
import hudson.security.FullControlOnceLoggedInAuthorizationStrategy
import hudson.security.HudsonPrivateSecurityRealm
import hudson.slaves.EnvironmentVariablesNodeProperty
import jenkins.model.Jenkins
import jenkins.model.JenkinsLocationConfiguration
import jenkins.security.ApiTokenProperty
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition
import org.jenkinsci.plugins.workflow.job.WorkflowJob

def jenkins = Jenkins.get()
def settings = new Properties()
new File(jenkins.rootDir, 'demo.properties').withReader('UTF-8') { settings.load(it) }

// It runs as root: everybody on this machine may look, only who knows the password may do something.
def realm = new HudsonPrivateSecurityRealm(false)
realm.createAccount('demo', settings.password)
jenkins.securityRealm = realm
def strategy = new FullControlOnceLoggedInAuthorizationStrategy()
strategy.allowAnonymousRead = true
jenkins.authorizationStrategy = strategy
User.getById('demo', true).getProperty(ApiTokenProperty).addFixedNewToken('demo/run', settings.token)

SystemCredentialsProvider.instance.credentials.add(new UsernamePasswordCredentialsImpl(
    CredentialsScope.GLOBAL, 'registry-push', 'the registry of the rig',
    settings.registryUsername, settings.registryPassword))
SystemCredentialsProvider.instance.save()

JenkinsLocationConfiguration.get().url = settings.url
jenkins.numExecutors = 2
jenkins.labelString = 'docker'
jenkins.globalNodeProperties.add(new EnvironmentVariablesNodeProperty([
    new EnvironmentVariablesNodeProperty.Entry('REGISTRY', settings.registry),
    new EnvironmentVariablesNodeProperty.Entry('DEMO_APP', settings.app)]))
jenkins.save()

def job = jenkins.createProject(WorkflowJob, 'demo')
job.description = 'Builds demo/app for two architectures and publishes it: demo/Jenkinsfile.'
job.definition = new CpsFlowDefinition(new File(settings.jenkinsfile).getText('UTF-8'), true)
job.save()
